"""The vocabularies that a new site begins with; staff extend them afterwards."""

from django.db import migrations
from django.utils.text import slugify

TOPICS = [
    "Critical thinking and decision-making",
    "Communication skills",
    "Tactical skills",
    "Crisis recognition",
    "Laws and policies",
    "Community resources",
    "First-responder wellness",
    "Community responder programs",
    "Deflection and diversion",
    "Planning and coordination",
    "Implementation and evaluation",
]
# A topic stands below another where it is one way of doing it.
PARENTS = {
    "Community responder programs": "Community resources",
    "Deflection and diversion": "Community resources",
}
TERMS = {
    "audience": [
        "Patrol officers",
        "Supervisors",
        "Executives",
        "Recruits",
        "Dispatchers",
        "Corrections",
        "Covered mental-health professionals",
        "Co-responders and crisis teams",
        "Instructors",
        "Leaders",
        "Rank-and-file officers",
        "Community members",
        "Policymakers",
        "Mental-health partners",
    ],
    "key_element": [
        "Integrated skills, rapport and influence",
        "Stabilizing tactics",
        "Recognizing crisis",
        "Verbal and non-verbal communication",
        "Time as a resource",
        "Multiple response options",
        "Community resources and diversion",
    ],
    "crisis_cause": [
        "Situational stress",
        "Trauma",
        "Mental-health condition",
        "Substance use",
        "Intellectual and developmental disability",
    ],
    "tactic": [
        "Respect",
        "Calm",
        "Honesty",
        "Empathy",
        "Compromise",
        "Listen",
        "Human",
        "Empower",
    ],
    "stage": [
        ("pre-basic", "Pre-basic"),
        ("academy-recruit", "Academy / recruit"),
        ("in-service", "In-service"),
        ("supervisor", "Supervisor"),
        ("executive", "Executive"),
        ("refresher", "Refresher"),
        ("train-the-trainer", "Train-the-trainer"),
    ],
    "modality": [
        "In person",
        "Virtual instructor-led",
        "Self-paced online",
        "Blended",
    ],
    "method": [
        "Lecture",
        "Scenario",
        "Role-play",
        "Video",
        "Team-building",
        "Group discussion",
        "Simulation",
        "Virtual reality",
        "AI role player",
        "Guided reflection",
    ],
    "programme_kind": [
        "Course",
        "Curriculum",
        "Community program",
        "Technique",
        "Mobile crisis response",
    ],
    "impact_area": [
        "Preventing misuse of force",
        "Transparency and accountability",
        "Community trust",
        "Racial disparities",
        "Officer safety",
        "Public safety",
    ],
    "implementation_support": [
        "Norm and expectation with commensurate hours",
        "Written policy",
        "Supervision with counseling, remedial action and discipline",
        "Use-of-force incident review",
        "Duty to intervene",
        "Perceived-risk culture addressed",
        "Commendation",
        "Non-punitive after-action review",
    ],
    "study_design": [
        "Randomized controlled trial",
        "Quasi-experiment",
        ("pre-post", "Pre/post comparison"),
        "Survey",
        "Qualitative",
        "Systematic review",
    ],
    "resource_type": [
        "Workbook",
        "Guide",
        "Toolkit",
        "Evaluation report",
        "Commission report",
        "Policy brief",
        "Fact sheet",
        "Video",
        "Training tool",
        "Web page",
    ],
    "language": [("en", "English"), ("es", "Spanish")],
    "licence": [
        ("public-domain", "Public domain"),
        ("open-licence", "Open licence"),
        ("free-for-agencies", "Free of charge for agencies"),
        ("proprietary", "Proprietary"),
    ],
}


def load(apps, schema_editor):
    """Create what is missing, by slug; leave what is there as it is."""
    locale, _ = apps.get_model("wagtailcore", "Locale").objects.get_or_create(language_code="en")
    topic_model = apps.get_model("clearinghouse_library", "CoreTopicArea")
    topics = {}
    for order, label in enumerate(TOPICS):
        topics[label], _ = topic_model.objects.get_or_create(
            slug=slugify(label),
            locale=locale,
            defaults={"label": label, "sort_order": order, "parent": topics.get(PARENTS.get(label))},
        )
    term_model = apps.get_model("clearinghouse_library", "Term")
    for vocabulary, values in TERMS.items():
        for order, value in enumerate(values):
            slug, label = value if isinstance(value, tuple) else (slugify(value), value)
            term_model.objects.get_or_create(
                vocabulary=vocabulary, slug=slug, defaults={"label": label, "sort_order": order}
            )


class Migration(migrations.Migration):
    dependencies = [
        ("clearinghouse_library", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
    ]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
