"""The step “Assessment”: tests before and after, follow-up on the job, scenario exercises."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .base import MAX_ROWS, RowForm, Rows, StepForm
from .fields import AreaField, UidField, months, text, whole, yes_no
from .modules import MAX_MINUTES


class AssessmentForm(StepForm):
    """Tests and follow-up."""

    pre_test = yes_no(
        _("Test before the training"), _("A certified curriculum must have one before and after.")
    )
    post_test = yes_no(_("Test after the training"))
    pass_mark = whole(
        _("Pass mark (%)"), 100, _("Of the test afterwards. Leave empty where there is none.")
    )
    follow_up_method = AreaField(
        label=_("Follow-up assessment on the job"),
        required=False,
        help_text=_(
            "How you find out whether participants use what they learned: who looks at what."
        ),
    )
    follow_up_months = months(_("Follow-up after (months)"))


class ScenarioForm(RowForm):
    """One scenario exercise."""

    uid = UidField()
    title = text(_("Title"), 200, required=True)
    description = AreaField(
        label=_("Description"),
        help_text=_("The situation, what participants are to do, and how it is debriefed."),
    )
    minutes = whole(_("Minutes"), MAX_MINUTES)


class ScenarioRows(Rows):
    """The scenario exercises."""

    noun = _("Exercise")


SCENARIOS = forms.formset_factory(
    ScenarioForm,
    formset=ScenarioRows,
    extra=1,
    max_num=MAX_ROWS,
    absolute_max=MAX_ROWS,
    validate_max=True,
)
