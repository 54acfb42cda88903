"""Letters to a provider, put together from the words of the reasons that staff have chosen."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from review_workflow.services.wording import in_the_sites_language
from submission_portal.enums import ReasonKind
from submission_portal.models import ScreeningReason, Submission


def reasons_for(kind: ReasonKind, codes: Sequence[str] | None = None) -> list[ScreeningReason]:
    """Return the reasons in use of a kind, all or those with the codes, in the form's order."""
    reasons = ScreeningReason.objects.filter(kind=kind.value, active=True)
    if codes is not None:
        reasons = reasons.filter(code__in=codes)
    return list(reasons.order_by("label", "pk"))


def letter_for(submission: Submission, kind: ReasonKind, reasons: Sequence[ScreeningReason]) -> str:
    """Return the letter in the site's language: what was decided, each reason, what to do next."""
    with in_the_sites_language():
        named = {
            "number": submission.number or "",
            "title": submission.submitted_title or _("without a title"),
        }
        if kind is ReasonKind.RETURN:
            before = _(
                "Thank you for %(number)s “%(title)s”. Before a panel can review it, the "
                "following is needed:"
            )
            after = _(
                "Please change this in the portal and submit again. Everything that you have "
                "typed and uploaded is still there. If a point is not clear, write to us there."
            )
        else:
            before = _(
                "Thank you for %(number)s “%(title)s”. We have found that it is outside the "
                "scope of this clearinghouse:"
            )
            after = _(
                "No panel reviews it. If we have misunderstood something, write to us in the "
                "portal: this step can be taken back."
            )
    words = [f"{number}. {reason.letter.strip()}" for number, reason in enumerate(reasons, 1)]
    return "\n\n".join([before % named, *words, after])
