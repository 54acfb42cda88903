"""The state that the index is in, and what changed since an earlier one."""

from search.engines import State
from search.models import IndexChange, IndexGeneration


def current_state() -> State:
    """Return the state of the index now. One query."""
    row = IndexGeneration.objects.values_list("seq", "token").first()
    return State(*row) if row else State(0, "")


def changed_since(state: State) -> list[int] | None:
    """Return the records that changed after a state; None where that is not known any more."""
    changes = list(
        IndexChange.objects.filter(seq__gte=state.seq)
        .order_by("seq")
        .values_list("seq", "token", "record_id", "rebuild")
    )
    known = state.seq == 0 or any(
        (seq, token) == (state.seq, state.token) for seq, token, *_ in changes
    )
    later = [change for change in changes if change[0] > state.seq]
    if not known or any(rebuild for *_, rebuild in later):
        return None
    return sorted({record for _, _, record, _ in later if record is not None})
