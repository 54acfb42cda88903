"""The step “Audience and scope”: for whom, at what stage, what is taught and to what end."""

from django.utils.translation import gettext_lazy as _

from resource_library.enums import Vocabulary

from .base import StepForm
from .fields import AreaField, LinesField, TermsField, page_text, yes_no


class AudienceForm(StepForm):
    """Scope."""

    audiences = TermsField(
        Vocabulary.AUDIENCE, label=_("Audience"), help_text=_("Tick everybody it is made for.")
    )
    stages = TermsField(
        Vocabulary.STAGE,
        label=_("Training stages"),
        help_text=_("When in a career it is taught."),
    )
    core_topics = TermsField(
        None,
        label=_("Core topic areas"),
        help_text=_("Tick only what at least one module teaches; reviewers compare them."),
    )
    key_elements = TermsField(
        Vocabulary.KEY_ELEMENT,
        label=_("Key elements of de-escalation"),
        required=False,
        help_text=_("Tick what participants practise, not what is only mentioned."),
    )
    crisis_causes = TermsField(
        Vocabulary.CRISIS_CAUSE,
        label=_("Causes of crisis"),
        required=False,
        help_text=_("Which causes participants learn to recognise."),
    )
    tactics = TermsField(Vocabulary.TACTIC, label=_("De-escalation tactics"), required=False)
    less_lethal = yes_no(
        _("Less-lethal force in scope"),
        _("Whether the programme counts less-lethal force as part of de-escalation."),
    )
    objectives = LinesField(
        label=_("Measurable objectives"),
        rows=8,
        help_text=_(
            "One in each line: what participants can do afterwards and how that is seen, for "
            "example “Names three ways to gain time before entering.”"
        ),
    )
    prerequisites = AreaField(
        label=_("Prerequisites"),
        required=False,
        help_text=_("What participants must have done or hold before."),
    )
    agency_size = page_text(
        "agency_size", _("Agency size"), _("For which agencies it is made, if that matters.")
    )
    tailoring_notes = AreaField(
        label=_("Tailoring to local needs"),
        required=False,
        help_text=_("What an agency may adapt, and what must stay as it is."),
    )
