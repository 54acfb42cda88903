"""What a provider types: a whole curriculum, step by step, as a browser sends it."""

from typing import Any

FIRST, SECOND = "0b9f4c3e-7a52-4a4c-9a1e-000000000001", "0b9f4c3e-7a52-4a4c-9a1e-000000000002"
EXERCISE, CITED = "0b9f4c3e-7a52-4a4c-9a1e-000000000003", "0b9f4c3e-7a52-4a4c-9a1e-000000000004"

Content = dict[str, dict[str, list[str]]]


def typed() -> Content:
    """Return content that is valid in every step that has no file and no criterion."""
    return {
        "about": {
            "title": ["Time and distance"],
            "acronym": ["TAD"],
            "version_label": ["2.1"],
            "version_on": ["2026-09-14"],
            "authors": ["Training staff"],
            "programme_kind": ["course"],
            "language": ["en"],
            "summary": ["A course of one day on slowing down."],
            "description": ["First paragraph.\n\nSecond, with 1 < 2 & more."],
        },
        "audience": {
            "audiences": ["patrol-officers", "recruits"],
            "stages": ["in-service"],
            "core_topics": ["communication-skills", "tactical-skills"],
            "less_lethal": ["no"],
            "objectives": ["Writes a plan before arrival.\nNames three ways to gain time."],
            "tailoring_notes": ["Scenarios may be moved to local places."],
        },
        "modules": {
            "modality": ["in-person"],
            "claimed_hours": ["2.5"],
            "train_the_trainer": ["yes"],
            "refresher_months": ["12"],
            **rows(
                "modules",
                {
                    "uid": [FIRST],
                    "title": ["Slowing down"],
                    "contact_minutes": ["90"],
                    "core_topic": ["tactical-skills"],
                    "method": ["scenario"],
                    "further_methods": ["lecture", "video"],
                    "objectives": ["Keeps a distance.\nUses cover."],
                    "assessments": ["A checklist."],
                },
                {
                    "uid": [SECOND],
                    "title": ["Speaking"],
                    "contact_minutes": ["60"],
                    "core_topic": ["communication-skills"],
                    "method": ["role-play"],
                },
            ),
        },
        "assessment": {
            "pre_test": ["yes"],
            "post_test": ["yes"],
            "pass_mark": ["80"],
            "follow_up_method": ["Supervisors score two contacts."],
            "follow_up_months": ["6"],
            **rows(
                "scenario_exercises",
                {
                    "uid": [EXERCISE],
                    "title": ["The open window"],
                    "description": ["Somebody sits on a sill.\nFind out what helps."],
                    "minutes": ["60"],
                },
            ),
        },
        "evidence": rows(
            "citations",
            {
                "uid": [CITED],
                "citation": ["Sample, P. (2025). A trial of distance."],
                "url": ["https://example.org/trial"],
                "year": ["2025"],
                "found": ["Fewer injuries in one of two towns."],
            },
        ),
        "implementation": {
            "implementation_supports": ["written-policy"],
            "accessibility_statement": ["Captioned videos."],
        },
    }


ATTESTED = {"name": ["Pat Sample"], "position": ["Director"], "entitled": ["on"], "true": ["on"]}


def rows(name: str, *given: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the rows of a list as a browser sends them."""
    sent = {f"{name}-TOTAL_FORMS": [str(len(given))], f"{name}-INITIAL_FORMS": ["0"]}
    for number, row in enumerate(given):
        sent |= {f"{name}-{number}-{field}": texts for field, texts in row.items()}
    return sent


def changed(content: Content, step: str, **fields: Any) -> Content:
    """Return the content with other texts in a step; the name of a row's field has `__` for `-`."""
    other = {name.replace("__", "-"): texts for name, texts in fields.items()}
    return content | {step: content.get(step, {}) | other}
