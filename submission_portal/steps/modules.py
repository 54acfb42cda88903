"""The step “Modules and delivery”: the units of the curriculum, and how it is taught."""

from django import forms
from django.utils.translation import gettext_lazy as _

from curriculum_pages.models import Module
from resource_library.enums import Vocabulary

from .base import MAX_ROWS, RowForm, Rows, StepForm
from .fields import (
    AreaField,
    LinesField,
    TermField,
    TermsField,
    TopicField,
    UidField,
    hours,
    limit_of,
    months,
    page_text,
    text,
    whole,
    yes_no,
)

MAX_MINUTES = 60_000


class DeliveryForm(StepForm):
    """How the curriculum is taught."""

    modality = TermField(
        Vocabulary.MODALITY,
        label=_("Delivery"),
        help_text=_("How most of the time is taught."),
    )
    claimed_hours = hours(
        _("Total hours"),
        _("Of contact, as you state them elsewhere. They are compared with the modules."),
    )
    class_size = page_text("class_size", _("Class size"), _("For example 12 to 24."))
    instructor_ratio = page_text(
        "instructor_ratio", _("Instructor ratio"), _("For example one to six in scenarios.")
    )
    instructor_qualifications = AreaField(
        label=_("Instructor qualifications"),
        required=False,
        help_text=_("What instructors must know, have done or be certified in."),
    )
    train_the_trainer = yes_no(
        _("Train-the-trainer"), _("Whether you train instructors of other agencies.")
    )
    refresher_months = months(
        _("Refresher every (months)"), _("Leave empty where no refresher is planned.")
    )
    partner_involvement = AreaField(
        label=_("Involvement of mental-health partners"),
        required=False,
        help_text=_("Who takes part from behavioral health, and in what role."),
    )


class ModuleForm(RowForm):
    """One unit."""

    uid = UidField()
    title = text(_("Title"), limit_of(Module, "title"), required=True)
    contact_minutes = whole(
        _("Contact minutes"),
        MAX_MINUTES,
        _("Time with an instructor or at the exercise. Leave empty where not known."),
    )
    core_topic = TopicField(
        label=_("Main core topic area"),
        required=False,
        help_text=_("The topic that the minutes count for."),
    )
    method = TermField(
        Vocabulary.METHOD,
        label=_("Main method"),
        required=False,
        help_text=_("The method that the minutes count for."),
    )
    further_methods = TermsField(Vocabulary.METHOD, label=_("Further methods"), required=False)
    objectives = LinesField(label=_("Objectives"), required=False, help_text=_("One in each line."))
    materials = LinesField(
        label=_("Materials"), required=False, rows=3, help_text=_("One in each line.")
    )
    assessments = LinesField(
        label=_("How learning is assessed"),
        required=False,
        rows=3,
        help_text=_("One in each line."),
    )


class ModuleRows(Rows):
    """The modules, in their order."""

    noun = _("Module")
    none_given = _("Describe at least one module.")


MODULES = forms.formset_factory(
    ModuleForm,
    formset=ModuleRows,
    extra=1,
    max_num=MAX_ROWS,
    absolute_max=MAX_ROWS,
    validate_max=True,
)
