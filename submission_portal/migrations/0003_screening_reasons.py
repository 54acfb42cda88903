"""Reasons for screening to begin with, each with words that say what would be right."""

from django.db import migrations

RETURN, OUT = "return", "out_of_scope"
REASONS = (
    (
        "scenario-missing",
        RETURN,
        "No scenario exercise is described",
        "The submission describes no exercise in which participants practise. Add at least one "
        "scenario with its situation, the task of the participants and its minutes.",
    ),
    (
        "pre-post-test-missing",
        RETURN,
        "The test before or after the training is missing",
        "What participants know is to be tested both before and after the training. Say that both "
        "tests are held, attach them, and name the mark that passes.",
    ),
    (
        "follow-up-missing",
        RETURN,
        "The follow-up assessment is missing",
        "There is no assessment of what is left of the training on duty. Name the method, for "
        "example scored contacts or a refresher test, and after how many months it is held.",
    ),
    (
        "hours-differ",
        RETURN,
        "The hours do not add up",
        "The total hours that you state differ from the sum of the modules. Correct the minutes of "
        "the modules or the total, so that both say the same.",
    ),
    (
        "instructor-guide-missing",
        RETURN,
        "The instructor guide is missing",
        "An instructor who has not written the course cannot teach it from these files. Attach the "
        "guide that instructors work with: sequence, timing, questions and how to debrief.",
    ),
    (
        "files-unreadable",
        RETURN,
        "Files cannot be read",
        "At least one file does not open, is protected by a password or is a scan without text. "
        "Upload it again as an unprotected file whose text can be selected.",
    ),
    (
        "evidence-not-cited",
        RETURN,
        "Evidence is named but not cited",
        "The submission speaks of studies without saying which. Cite each one with authors, year "
        "and where it can be found, or take the statement out.",
    ),
    (
        "rights-unclear",
        RETURN,
        "Rights are not clear",
        "It is not clear who holds the rights and under what terms agencies may use the material. "
        "State the licence, and name whose permission you have for what others made.",
    ),
    (
        "topics-not-taught",
        RETURN,
        "A core topic area is claimed but not taught",
        "A core topic area is named that no module teaches. Say in which module it is taught, or "
        "take the topic area out.",
    ),
    (
        "learner-data",
        RETURN,
        "Files show personal data",
        "A file shows names or other data of participants, patients or people in incidents. Upload "
        "a version in which nobody can be recognised.",
    ),
    (
        "other-subject",
        OUT,
        "It trains no first responders in de-escalation or crisis response",
        "This clearinghouse reviews curricula that train first responders in de-escalation or in "
        "responding to people in crisis. A curriculum with that aim could be submitted.",
    ),
    (
        "advertisement",
        OUT,
        "It describes a product, not a curriculum",
        "The submission presents a product or service. What can be reviewed is a curriculum: "
        "objectives, modules, exercises and assessments that another instructor could teach.",
    ),
    (
        "single-event",
        OUT,
        "It is a single event",
        "A single talk, conference or webinar cannot be reviewed. A course that is taught again "
        "from fixed materials could be submitted.",
    ),
    (
        "approved-already",
        OUT,
        "This version is approved already",
        "The catalog has an approval for this version. If you have changed the curriculum, begin a "
        "new version of it in the portal: everything is copied forward.",
    ),
    (
        "not-yours",
        OUT,
        "It belongs to another provider",
        "The curriculum belongs to another organisation. Its owner can submit it, or you can with "
        "a written permission that is attached.",
    ),
)


def create(apps, schema_editor):
    reason = apps.get_model("clearinghouse_submissions", "ScreeningReason")
    for code, kind, label, letter in REASONS:
        reason.objects.get_or_create(
            code=code, defaults={"kind": kind, "label": label, "letter": letter}
        )


class Migration(migrations.Migration):
    dependencies = [("clearinghouse_submissions", "0002_append_only")]
    # Going back leaves them: what staff have changed is theirs.
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
