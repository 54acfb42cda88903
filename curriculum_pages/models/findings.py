"""The words of what a curriculum can lack: what is missing, and what would be right."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from curriculum_pages.completeness import Code, Finding

CODE_LABELS: Mapping[Code, Any] = {
    Code.TITLE: _("Title"),
    Code.SUMMARY: _("Summary"),
    Code.PROVIDER: _("Provider"),
    Code.VERSION: _("Version"),
    Code.AUDIENCE: _("Audience"),
    Code.STAGE: _("Training stage"),
    Code.MODALITY: _("Delivery modality"),
    Code.TOPICS: _("Core topic areas"),
    Code.OBJECTIVES: _("Measurable objectives"),
    Code.MODULES: _("Modules"),
    Code.MODULE_MINUTES: _("Minutes of every module"),
    Code.MODULE_TOPIC: _("Main topic of every module"),
    Code.MODULE_METHOD: _("Main method of every module"),
    Code.MODULE_OBJECTIVES: _("Objectives of every module"),
    Code.MODULE_ASSESSMENT: _("Assessment in every module"),
    Code.HOURS_CLAIMED: _("Hours as claimed"),
    Code.HOURS_DIFFER: _("Hours add up"),
    Code.TOPIC_UNTAUGHT: _("Every named core topic area is taught"),
    Code.TOPIC_UNNAMED: _("Every taught core topic area is named"),
    Code.PRE_TEST: _("Pre-test"),
    Code.POST_TEST: _("Post-test"),
    Code.PASS_MARK: _("Pass mark"),
    Code.FOLLOW_UP: _("Follow-up assessment on the job"),
    Code.FOLLOW_UP_MONTHS: _("Time of the follow-up"),
    Code.SCENARIOS: _("Scenario exercises"),
    Code.CURRICULUM_FILE: _("Curriculum attached"),
    Code.INSTRUCTOR_GUIDE: _("Instructor guide attached"),
    Code.FILES_HIDDEN: _("Reviewers may open the material"),
    Code.EVIDENCE: _("Evidence cited"),
    Code.INSTRUCTORS: _("Instructor qualifications"),
    Code.TRAIN_THE_TRAINER: _("Train-the-trainer"),
    Code.SUPPORTS: _("Implementation supports"),
    Code.ACCESSIBILITY: _("Accessibility statement"),
    Code.LICENCE: _("Licence"),
    Code.COST: _("Cost"),
}

SENTENCES: Mapping[Code, Any] = {
    Code.TITLE: _("There is no title. Give the name under which the programme is taught."),
    Code.SUMMARY: _("There is no summary. Say in two or three sentences what is taught to whom."),
    Code.PROVIDER: _("No provider is named. Choose the organization that answers for it."),
    Code.VERSION: _("The version is not named. Give its number or date, such as 2.1."),
    Code.AUDIENCE: _("No audience is chosen. Choose everybody whom the programme is meant for."),
    Code.STAGE: _("No training stage is chosen. Choose when in a career it is taught."),
    Code.MODALITY: _(
        "The delivery modality is missing. Say whether it is taught in person, online or both."
    ),
    Code.TOPICS: _("No core topic area is chosen. Choose each that a module teaches."),
    Code.OBJECTIVES: _(
        "There are no objectives. State at least one that can be measured: what"
        " participants can do afterwards."
    ),
    Code.MODULES: _("There are no modules. Describe each unit with its minutes, topic and method."),
    Code.MODULE_MINUTES: ngettext_lazy(
        "A module states no minutes: %(names)s. Give its contact time.",
        "%(number)s modules state no minutes: %(names)s. Give the contact time of each.",
        "number",
    ),
    Code.MODULE_TOPIC: ngettext_lazy(
        "A module has no main topic: %(names)s. Choose the area that its hours count for.",
        "%(number)s modules have no main topic: %(names)s. Choose the area that the hours of"
        " each count for.",
        "number",
    ),
    Code.MODULE_METHOD: ngettext_lazy(
        "A module has no main method: %(names)s. Choose how most of it is taught.",
        "%(number)s modules have no main method: %(names)s. Choose how most of each is taught.",
        "number",
    ),
    Code.MODULE_OBJECTIVES: ngettext_lazy(
        "A module has no objectives: %(names)s. State what participants can do after it.",
        "%(number)s modules have no objectives: %(names)s. State what participants can do after"
        " each.",
        "number",
    ),
    Code.MODULE_ASSESSMENT: ngettext_lazy(
        "A module assesses nothing: %(names)s. Say how learning is checked there, if it is.",
        "%(number)s modules assess nothing: %(names)s. Say how learning is checked there, if it"
        " is.",
        "number",
    ),
    Code.HOURS_CLAIMED: _(
        "The hours of the whole are not stated. Give them as you announce them;"
        " they are compared with the modules."
    ),
    Code.HOURS_DIFFER: _(
        "The hours do not add up: %(claimed)s minutes are claimed, and the modules"
        " have %(modules)s. Correct either, to within %(tolerated)s minutes."
    ),
    Code.TOPIC_UNTAUGHT: ngettext_lazy(
        "No module teaches %(names)s. Make it the main topic of a module, or take the area away.",
        "No module teaches these areas: %(names)s. Make each the main topic of a module, or take"
        " it away.",
        "number",
    ),
    Code.TOPIC_UNNAMED: ngettext_lazy(
        "A module teaches %(names)s, which is not among the core topic areas. Choose it there too.",
        "Modules teach areas that are not among the core topic areas: %(names)s. Choose them there"
        " too.",
        "number",
    ),
    Code.PRE_TEST: _(
        "No pre-test is stated. The law asks for a test before the training: say"
        " “yes” where there is one."
    ),
    Code.POST_TEST: _(
        "No post-test is stated. The law asks for a test after the training: say"
        " “yes” where there is one."
    ),
    Code.PASS_MARK: _("The post-test has no pass mark. Give the percentage that passes."),
    Code.FOLLOW_UP: _(
        "There is no follow-up assessment. Say how its use on the job is assessed"
        " afterwards, as the law asks."
    ),
    Code.FOLLOW_UP_MONTHS: _(
        "The follow-up has no time. Say after how many months it takes place."
    ),
    Code.SCENARIOS: _("There is no scenario exercise. Describe at least one, as the law asks."),
    Code.CURRICULUM_FILE: _(
        "The curriculum itself is not attached. Attach at least one file with the use “Curriculum”."
    ),
    Code.INSTRUCTOR_GUIDE: _(
        "No instructor guide is attached. Attach at least one file with the use “Instructor guide”."
    ),
    Code.FILES_HIDDEN: _(
        "Reviewers may not open the curriculum or the instructor guide. Let"
        " “Reviewers” or “Public” open at least one file of each."
    ),
    Code.EVIDENCE: _(
        "No evidence is cited. Name at least one study of this programme or of what it builds on."
    ),
    Code.INSTRUCTORS: _(
        "Nothing is said of the instructors. Say what qualifies somebody to teach it."
    ),
    Code.TRAIN_THE_TRAINER: _("It is not said whether instructors are trained. Say yes or no."),
    Code.SUPPORTS: _(
        "No implementation support is chosen. Choose what agencies are asked to have"
        " beside the training."
    ),
    Code.ACCESSIBILITY: _(
        "There is no accessibility statement. Say how people with disabilities take part."
    ),
    Code.LICENCE: _("No licence is chosen. Say how others may use the material."),
    Code.COST: _("The cost is not stated. Say what an agency pays, or that it is free."),
}


def sentence_of(finding: Finding) -> str:
    """Return what is missing and what would be right, in the language of the moment."""
    params = dict(finding.params)
    sentence = SENTENCES[finding.code]
    return str(sentence % params if params else sentence)
