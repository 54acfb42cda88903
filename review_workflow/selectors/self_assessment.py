"""How the provider rates its own curriculum, for the pages of a round: never part of any count.

The review knows no submissions. Whoever keeps self-assessments answers the hook with what belongs
to the round's revision; `permissions.sees_self_assessment` decides who reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from wagtail import hooks

from review_workflow.models import ReviewRound
from review_workflow.permissions import CaseAccess, sees_self_assessment

SELF_ASSESSMENT_HOOK = "clearinghouse_self_assessment"
"""Hook: takes a round, returns `OwnView`s by the key of the round's criteria; empty for none."""


@dataclass(frozen=True, slots=True)
class OwnView:
    """What the provider says of one criterion: its rating in words, why, and where to look.

    `other_edition` names the standards it was given under where the round goes by others.
    """

    rating: str
    note: str = ""
    place: str = ""
    other_edition: str = ""


def own_views_for(access: CaseAccess, round_: ReviewRound) -> Mapping[int, OwnView]:
    """Return the provider's own view by criterion as far as `access` opens it; else nothing.

    What is closed is not read at all.
    """
    views: dict[int, OwnView] = {}
    if sees_self_assessment(access, round_):
        for give in hooks.get_hooks(SELF_ASSESSMENT_HOOK):
            views |= give(round_)
    return views
