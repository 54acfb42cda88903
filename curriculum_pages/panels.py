"""Edit forms of curricula: which field stands in which tab, and its help."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.models import Page

index_panels = [FieldPanel("introduction")]
requirements_panels = [FieldPanel("introduction")]
evidence_panels = [FieldPanel("study")]

_checkboxes = forms.CheckboxSelectMultiple

module_panels = [
    FieldPanel("title"),
    FieldPanel("contact_minutes"),
    FieldRowPanel([FieldPanel("core_topic"), FieldPanel("method")]),
    FieldPanel("further_methods", widget=_checkboxes),
    FieldPanel("objectives"),
    FieldPanel("materials"),
    FieldPanel("assessments"),
]
file_panels = [
    FieldPanel("title"),
    FieldRowPanel([FieldPanel("role"), FieldPanel("visibility")]),
]

curriculum_edit_handler = TabbedInterface(
    [
        ObjectList(
            [
                TitleFieldPanel("title"),
                FieldRowPanel([FieldPanel("acronym"), FieldPanel("programme_kind")]),
                FieldRowPanel([FieldPanel("version_label"), FieldPanel("version_on")]),
                FieldPanel("provider"),
                FieldPanel("authors"),
                FieldPanel("origin"),
                FieldRowPanel([FieldPanel("language"), FieldPanel("licence")]),
                FieldPanel("cost"),
            ],
            heading=_("Identity"),
        ),
        ObjectList(
            [
                FieldPanel("summary"),
                FieldPanel("description"),
                FieldPanel("objectives"),
                FieldPanel("core_topics", widget=_checkboxes),
                FieldPanel("key_elements", widget=_checkboxes),
                FieldPanel("crisis_causes", widget=_checkboxes),
                FieldPanel("tactics", widget=_checkboxes),
                FieldPanel("less_lethal"),
                FieldPanel("audiences", widget=_checkboxes),
                FieldPanel("prerequisites"),
                FieldPanel("agency_size"),
                FieldPanel("tailoring_notes"),
                FieldPanel("tags"),
            ],
            heading=_("Scope"),
        ),
        ObjectList(
            [
                FieldPanel("stages", widget=_checkboxes),
                FieldPanel("modality"),
                FieldPanel("claimed_hours"),
                InlinePanel("modules", heading=_("Modules"), label=_("Module")),
                MultiFieldPanel(
                    [
                        FieldRowPanel([FieldPanel("class_size"), FieldPanel("instructor_ratio")]),
                        FieldPanel("instructor_qualifications"),
                        FieldRowPanel(
                            [FieldPanel("train_the_trainer"), FieldPanel("refresher_months")]
                        ),
                        FieldPanel("partner_involvement"),
                    ],
                    heading=_("Instructors and partners"),
                ),
            ],
            heading=_("Delivery"),
        ),
        ObjectList(
            [
                FieldPanel("scenario_exercises"),
                FieldRowPanel([FieldPanel("pre_test"), FieldPanel("post_test")]),
                FieldPanel("pass_mark"),
                FieldRowPanel([FieldPanel("follow_up_method"), FieldPanel("follow_up_months")]),
            ],
            heading=_("Assessment"),
        ),
        ObjectList(
            [InlinePanel("evidence", heading=_("Evidence"), label=_("Study"))],
            heading=_("Evidence"),
        ),
        ObjectList(
            [
                FieldPanel("implementation_supports", widget=_checkboxes),
                FieldPanel("accessibility_statement"),
                InlinePanel("files", heading=_("Files"), label=_("File")),
            ],
            heading=_("Implementation and files"),
        ),
        ObjectList(Page.promote_panels, heading=_("Promote")),
        ObjectList(Page.settings_panels, heading=_("Settings")),
    ]
)
