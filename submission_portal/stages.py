"""Where a submission stands and who acts next, from its own state and that of its case (pure)."""

from collections.abc import Mapping

from .enums import Actor, Stage, SubmissionState

_BEFORE: Mapping[SubmissionState, Stage] = {
    SubmissionState.DRAFT: Stage.DRAFT,
    SubmissionState.SCREENING: Stage.SCREENING,
    SubmissionState.RETURNED: Stage.RETURNED,
    SubmissionState.OUT_OF_SCOPE: Stage.OUT_OF_SCOPE,
    SubmissionState.WITHDRAWN: Stage.WITHDRAWN,
}
_OUTCOMES: Mapping[str, Stage] = {
    "approve": Stage.APPROVED,
    "approve_with_conditions": Stage.APPROVED_WITH_CONDITIONS,
    "decline": Stage.DECLINED,
    "out_of_scope": Stage.OUT_OF_SCOPE,
    "withdrawn": Stage.WITHDRAWN,
}
_NEXT: Mapping[Stage, Actor] = {
    Stage.DRAFT: Actor.PROVIDER,
    Stage.SCREENING: Actor.STAFF,
    Stage.RETURNED: Actor.PROVIDER,
    Stage.ASSEMBLING: Actor.CHAIR,
    Stage.IN_REVIEW: Actor.REVIEWERS,
    Stage.AWAITING_RESPONSE: Actor.PROVIDER,
    Stage.APPROVED: Actor.NOBODY,
    Stage.APPROVED_WITH_CONDITIONS: Actor.PROVIDER,
    Stage.DECLINED: Actor.NOBODY,
    Stage.OUT_OF_SCOPE: Actor.NOBODY,
    Stage.WITHDRAWN: Actor.NOBODY,
}
_FROM: Mapping[str, frozenset[SubmissionState]] = {
    "submit": frozenset({SubmissionState.DRAFT, SubmissionState.RETURNED}),
    "accept": frozenset({SubmissionState.SCREENING}),
    "return": frozenset({SubmissionState.SCREENING}),
    "out_of_scope": frozenset({SubmissionState.SCREENING}),
    "revert": frozenset({SubmissionState.RETURNED, SubmissionState.OUT_OF_SCOPE}),
    "withdraw": frozenset(
        {
            SubmissionState.DRAFT,
            SubmissionState.SCREENING,
            SubmissionState.RETURNED,
            SubmissionState.ACCEPTED,
        }
    ),
}


def may_happen(action: str, state: str) -> bool:
    """Return whether `action` (submit, accept, return …) can happen in a submission's state.

    Raises KeyError for an action that is none.
    """
    return SubmissionState(state) in _FROM[action]


def stage_of(
    state: str, *, case_state: str = "", round_state: str = "", outcome: str = ""
) -> Stage:
    """Return the stage; for an accepted submission its case, last round and decision tell.

    All are the stored values of the enumerations, empty where there is none.
    """
    own = SubmissionState(state)
    if own is not SubmissionState.ACCEPTED:
        return _BEFORE[own]
    if case_state == "withdrawn":
        return Stage.WITHDRAWN
    if case_state == "awaiting_response":
        return Stage.AWAITING_RESPONSE
    if case_state == "decided":
        return _OUTCOMES[outcome]
    return Stage.IN_REVIEW if round_state == "reviewing" else Stage.ASSEMBLING


def next_actor(stage: Stage) -> Actor:
    """Return who acts next."""
    return _NEXT[stage]
