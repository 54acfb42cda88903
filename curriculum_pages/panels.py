"""Edit forms of curricula, studies and requirements: which field stands in which tab."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PageChooserPanel,
    Panel,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.models import Page


class RowsPanel(InlinePanel):
    """An inline panel whose rows have the form of their model's `base_form_class`."""

    def get_form_options(self) -> dict[str, Any]:
        """Return the options of the formset, with the rows' own form."""
        options: dict[str, Any] = super().get_form_options()
        options["formsets"][self.relation_name]["form"] = (
            self.db_field.related_model.base_form_class
        )
        return options


class CurrentFilePanel(Panel):
    """Names the file that a row has now, with a link for whoever edits the page."""

    class BoundPanel(Panel.BoundPanel):
        """The file of one row."""

        template_name = "curriculum_pages/admin/current_file_panel.html"

        def is_shown(self) -> bool:
            """Return whether the row has a file yet."""
            return bool(super().is_shown() and self.instance and self.instance.stored_file_id)


class TotalsPanel(Panel):
    """Compares the hours of the modules, as last saved, with the claim."""

    class BoundPanel(Panel.BoundPanel):
        """The totals of one curriculum."""

        template_name = "curriculum_pages/admin/totals_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Add the totals and their parts in words."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            modules, totals = list(self.instance.modules.all()), self.instance.time()
            named = {
                part.slug: part.label
                for module in modules
                for part in (module.method, module.core_topic)
                if part is not None
            }
            return context | {
                "totals": totals,
                "by_method": [(named[slug], minutes) for slug, minutes in totals.by_method],
                "by_topic": [(named[slug], minutes) for slug, minutes in totals.by_topic],
                "untimed": sum(1 for module in modules if not module.contact_minutes),
            }


class FindingsPanel(Panel):
    """Says what the curriculum, as last saved, lacks for a review."""

    class BoundPanel(Panel.BoundPanel):
        """What one curriculum lacks."""

        template_name = "curriculum_pages/admin/findings_panel.html"

        def is_shown(self) -> bool:
            """Return whether it was saved once."""
            return bool(super().is_shown() and self.instance.pk)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Add the findings."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | {"findings": self.instance.review_findings()}


index_panels = [FieldPanel("introduction")]
requirements_panels = [FieldPanel("introduction")]
evidence_panels = [FieldPanel("study")]

_checkboxes = forms.CheckboxSelectMultiple
# A chooser would offer the terms of all lists.
_select = forms.Select

module_panels = [
    FieldPanel("title"),
    FieldPanel("contact_minutes"),
    FieldRowPanel([FieldPanel("core_topic", widget=_select), FieldPanel("method", widget=_select)]),
    FieldPanel("further_methods", widget=_checkboxes),
    FieldPanel("objectives"),
    FieldPanel("materials"),
    FieldPanel("assessments"),
]
file_panels = [
    FieldPanel("title"),
    FieldRowPanel([FieldPanel("role"), FieldPanel("visibility")]),
    CurrentFilePanel(),
    FieldPanel("upload"),
]
provider_panels = [FieldPanel("organisation"), FieldPanel("about")]
study_panels = [
    FieldPanel("title"),
    FieldPanel("citation"),
    FieldPanel("source"),
    FieldRowPanel([FieldPanel("design", widget=_select), FieldPanel("year")]),
    FieldRowPanel([FieldPanel("site"), FieldPanel("sample_size")]),
    FieldRowPanel([FieldPanel("began_on"), FieldPanel("ended_on")]),
    FieldRowPanel([FieldPanel("funder"), FieldPanel("independence")]),
    FieldPanel("limitations"),
]
claim_panels = [
    MultiFieldPanel(
        [
            FieldPanel("study"),
            PageChooserPanel("curriculum", "clearinghouse_curricula.CurriculumPage"),
            FieldPanel("jurisdiction"),
        ],
        heading=_("About exactly one of these"),
    ),
    FieldPanel("outcome"),
    FieldPanel("statement"),
    FieldRowPanel([FieldPanel("impact_area", widget=_select), FieldPanel("direction")]),
    FieldRowPanel([FieldPanel("value"), FieldPanel("unit")]),
    FieldRowPanel([FieldPanel("interval_low"), FieldPanel("interval_high")]),
    MultiFieldPanel([FieldPanel("source"), FieldPanel("locator")], heading=_("Where it says so")),
    MultiFieldPanel([FieldPanel("flag"), FieldPanel("resolution")], heading=_("Care")),
]
jurisdiction_panels = [
    FieldPanel("name"),
    FieldRowPanel([FieldPanel("slug"), FieldPanel("code")]),
    FieldRowPanel([FieldPanel("kind"), FieldPanel("parent")]),
    FieldPanel("note"),
]
requirement_panels = [
    FieldPanel("jurisdiction"),
    FieldPanel("title"),
    FieldPanel("text"),
    FieldRowPanel([FieldPanel("basis"), FieldPanel("requirement_status")]),
    FieldRowPanel([FieldPanel("minimum_minutes"), FieldPanel("minimum_minutes_part")]),
    FieldPanel("period_months"),
    FieldRowPanel([FieldPanel("from_on"), FieldPanel("from_year")]),
    FieldPanel("stages", widget=_checkboxes),
    FieldPanel("audiences", widget=_checkboxes),
    MultiFieldPanel([FieldPanel("source"), FieldPanel("locator")], heading=_("Where it says so")),
    FieldPanel("last_checked_on"),
    FieldPanel("note"),
]

curriculum_edit_handler = TabbedInterface(
    [
        ObjectList(
            [
                FindingsPanel(heading=_("What is lacking for a review, as last saved")),
                TitleFieldPanel("title"),
                FieldRowPanel(
                    [FieldPanel("acronym"), FieldPanel("programme_kind", widget=_select)]
                ),
                FieldRowPanel([FieldPanel("version_label"), FieldPanel("version_on")]),
                FieldPanel("provider"),
                FieldPanel("authors"),
                FieldPanel("origin"),
                FieldRowPanel(
                    [FieldPanel("language", widget=_select), FieldPanel("licence", widget=_select)]
                ),
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
                FieldPanel("modality", widget=_select),
                FieldPanel("claimed_hours"),
                TotalsPanel(heading=_("Hours of the modules, as last saved")),
                RowsPanel("modules", heading=_("Modules"), label=_("Module")),
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
                RowsPanel("files", heading=_("Files"), label=_("File")),
            ],
            heading=_("Implementation and files"),
        ),
        ObjectList(Page.promote_panels, heading=_("Promote")),
        ObjectList(Page.settings_panels, heading=_("Settings")),
    ]
)
