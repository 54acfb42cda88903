"""Hears of decisions and of conditions that are met, and tells the provider's people."""

from typing import Any

from django.utils.translation import gettext as _

from review_workflow.models import Condition, Decision
from review_workflow.services.letters import provider_contact
from review_workflow.services.wording import in_the_sites_language
from review_workflow.signals import condition_met, decision_made

from .models import Submission
from .services.notices import named, tell_provider


def connect() -> None:
    """Listen; called once the apps are loaded."""
    decision_made.connect(on_decision_made, dispatch_uid="clearinghouse_submissions_decision")
    condition_met.connect(on_condition_met, dispatch_uid="clearinghouse_submissions_condition")


def on_decision_made(decision: Decision, **_kwargs: Any) -> None:
    """Tell everybody who acts for the provider, apart from whoever gets the letter itself."""
    submission = Submission.objects.filter(case=decision.round.case_id).first()
    if submission is None:
        return
    contact = provider_contact(decision.round)
    with in_the_sites_language():
        tell_provider(
            submission,
            key=f"decision:{decision.uid}",
            subject=_("%(number)s “%(title)s”: a decision was made") % named(submission),
            body=_("The chair of the panel has decided. The letter stands on the status page."),
            can_wait=False,
            leave_out=[contact.pk] if contact is not None else [],
        )


def on_condition_met(condition: Condition, **_kwargs: Any) -> None:
    """Tell everybody who acts for the provider that a condition is closed."""
    submission = Submission.objects.filter(case=condition.decision.round.case_id).first()
    if submission is None:
        return
    with in_the_sites_language():
        tell_provider(
            submission,
            key=f"condition-met:{condition.uid}",
            subject=_("%(number)s “%(title)s”: a condition is met") % named(submission),
            body=_("What you handed in shows that a condition of the approval is met."),
        )
