"""Which fields of which step stand on the page, and in what form."""

from collections.abc import Mapping, Sequence

from resource_library.enums import Vocabulary
from submission_portal.enums import Step

Content = Mapping[str, Mapping[str, Sequence[str]]]
"""By step, then by name of a field: the texts as a browser sent them."""

PLAIN: Mapping[Step, Sequence[str]] = {
    Step.ABOUT: "title acronym version_label version_on authors origin cost summary".split(),
    Step.AUDIENCE: "prerequisites agency_size tailoring_notes".split(),
    Step.MODULES: (
        "claimed_hours class_size instructor_ratio instructor_qualifications refresher_months "
        "partner_involvement"
    ).split(),
    Step.ASSESSMENT: "pass_mark follow_up_method follow_up_months".split(),
    Step.IMPLEMENTATION: ["accessibility_statement"],
}
"""Fields that are on the page as they are in the form."""
YES_NO: Mapping[Step, Sequence[str]] = {
    Step.AUDIENCE: ["less_lethal"],
    Step.MODULES: ["train_the_trainer"],
    Step.ASSESSMENT: ["pre_test", "post_test"],
}
ONE_TERM: Mapping[Step, Mapping[str, Vocabulary]] = {
    Step.ABOUT: {
        "programme_kind": Vocabulary.PROGRAMME_KIND,
        "language": Vocabulary.LANGUAGE,
        "licence": Vocabulary.LICENCE,
    },
    Step.MODULES: {"modality": Vocabulary.MODALITY},
}
MANY_TERMS: Mapping[Step, Mapping[str, Vocabulary | None]] = {
    Step.AUDIENCE: {
        "audiences": Vocabulary.AUDIENCE,
        "stages": Vocabulary.STAGE,
        "core_topics": None,
        "key_elements": Vocabulary.KEY_ELEMENT,
        "crisis_causes": Vocabulary.CRISIS_CAUSE,
        "tactics": Vocabulary.TACTIC,
    },
    Step.IMPLEMENTATION: {"implementation_supports": Vocabulary.IMPLEMENTATION_SUPPORT},
}
MODULE_LISTS = ("objectives", "materials", "assessments")
IN_PROVIDERS_WORDS = "Named by the provider; not checked by staff yet."
"""What a study that a provider named says of itself until staff have checked it."""
NOT_ON_THE_PAGE = {Step.FILES, Step.SELF_ASSESSMENT, Step.ATTEST}
