"""Time and SQL of what happens in a review, beside stock Wagtail's moderation of a resource.

    python benchmarks/review_actions.py [--rounds 15] [--reviewers 3 50] [--open-cases 1 300]

Uses the benchmark's database; everything happens in transactions that are rolled back, so what
follows a commit is not in the times. Builds its panels as the tests do.
"""

import argparse
import gc
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"

import django  # noqa: E402 - the path first

django.setup()

from django.contrib.auth.models import Group, Permission  # noqa: E402
from django.core import mail  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext, override_settings  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402
from wagtail.models import (  # noqa: E402
    GroupApprovalTask,
    GroupPagePermission,
    TaskState,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from benchmarks.measuring import Times  # noqa: E402
from home.services import ensure_site_tree  # noqa: E402
from resource_library.models import ResourcePage, Term  # noqa: E402
from review_workflow.enums import Outcome  # noqa: E402
from review_workflow.models import Assignment  # noqa: E402
from tests.integration.review_workflow.panels import (  # noqa: E402
    Panel,
    make_editor,
    make_panel,
    make_user,
)
from tests.integration.review_workflow.test_statements import (  # noqa: E402
    add_open_cases,
    seated,
    with_seats,
)

ANCHORS = {
    "submit": "stock submit",
    "file": "stock approve",
    "approve": "stock approve",
    "revise": "stock reject",
}
"""What stock Wagtail has for each action; a reviewer's part is its approve."""


class Moderation:
    """Stock Wagtail: one task whose group has so many members, on pages of the library."""

    def __init__(self, library: Any, reviewers: int) -> None:
        group = Group.objects.create(name="Moderators of the benchmark")
        self._members = [make_user(f"moderator-{place}") for place in range(reviewers)]
        group.user_set.add(*self._members)
        publishing = Permission.objects.get(
            codename="publish_page", content_type__app_label="wagtailcore"
        )
        GroupPagePermission.objects.create(group=group, page=library, permission=publishing)
        task = GroupApprovalTask.objects.create(name="Moderation of the benchmark")
        task.groups.add(group)
        self._workflow = Workflow.objects.create(name="Moderation of the benchmark")
        WorkflowTask.objects.create(workflow=self._workflow, task=task, sort_order=0)
        WorkflowPage.objects.update_or_create(page=library, defaults={"workflow": self._workflow})
        self._library, self._editor = library, make_editor(library, "author")
        self._kind = Term.objects.filter(vocabulary="resource_type").first()

    def draft(self, slug: str) -> ResourcePage:
        """Return a draft with one revision."""
        page = ResourcePage(
            title=slug.title(),
            slug=slug,
            summary="A summary.",
            body="<p>A paragraph of text.</p>",
            resource_type=self._kind,
            live=False,
            owner=self._editor,
        )
        self._library.add_child(instance=page)
        page.save_revision(user=self._editor)
        return ResourcePage.objects.get(pk=page.pk)

    def start(self, page: ResourcePage) -> TaskState:
        """Submit a draft; return the state of its task."""
        state = self._workflow.start(page, self._editor)
        return TaskState.objects.get(pk=state.current_task_state_id)

    def actions(self, number: int) -> dict[str, Callable[[], object]]:
        """Return what is measured, each on a page of its own, which is made here."""
        submitted = self.draft(f"submitted-{number}")
        approved = self.start(self.draft(f"approved-{number}"))
        rejected = self.start(self.draft(f"rejected-{number}"))
        return {
            "stock submit": lambda: self._workflow.start(submitted, self._editor),
            "stock approve": lambda: approved.approve(user=self._members[0]),
            "stock reject": lambda: rejected.reject(user=self._members[0]),
        }


def panel_actions(panel: Panel, people: list[Any], number: int) -> dict[str, Callable[[], object]]:
    """Return what is measured of a panel, each in a case of its own, which is opened here."""
    submitted = panel.make_curriculum(f"submitted-{number}")
    workflow = submitted.get_workflow()
    almost = seated(panel, people, f"almost-{number}", filed=len(people) - 1)
    last = Assignment.objects.select_related("reviewer", "round").get(
        round=almost, filed_at__isnull=True
    )
    full = seated(panel, people, f"full-{number}")
    back = seated(panel, people, f"back-{number}")
    return {
        "submit": lambda: workflow.start(submitted, panel.editor),
        "file": lambda: panel.file(last),
        "approve": lambda: panel.decide(full),
        "revise": lambda: panel.decide(
            back, Outcome.REVISE_AND_RESUBMIT, override_reason="See the points."
        ),
    }


def measured(reviewers: int, open_cases: int, rounds: int) -> tuple[dict[str, int], dict[str, Any]]:
    """Return statements and times by action; both sides take turns.

    A first round only fills what a process keeps, the second counts statements, savepoints apart.
    """
    tree = ensure_site_tree()
    moderation = Moderation(tree["library"], reviewers)
    panel = make_panel(tree)
    people = with_seats(panel, reviewers)
    seated(panel, people, "template")
    add_open_cases(panel, open_cases - 1, people)
    counts: dict[str, int] = {}
    times: dict[str, list[float]] = {}
    for number in range(-2, rounds):
        actions = panel_actions(panel, people, number) | moderation.actions(number)
        mail.outbox = []
        gc.collect()
        for name, action in actions.items():
            if number < 0:
                with CaptureQueriesContext(connection) as captured:
                    action()
                counts[name] = sum("SAVEPOINT" not in each["sql"] for each in captured)
                continue
            begin = time.perf_counter()
            action()
            times.setdefault(name, []).append((time.perf_counter() - begin) * 1000)
    return counts, {name: Times(tuple(each)) for name, each in times.items()}


def show(title: str, counts: Mapping[str, int], times: Mapping[str, Times]) -> None:
    """Print one table."""
    table = Table(title=title)
    for heading in ("", "SQL", "p50 ms", "p95 ms", "beside", "SQL", "p50 ms", "÷ it"):
        table.add_column(heading, justify="left" if heading in {"", "beside"} else "right")
    for name, anchor in ANCHORS.items():
        table.add_row(
            name,
            str(counts[name]),
            f"{times[name].p50:.1f}",
            f"{times[name].p95:.1f}",
            anchor,
            str(counts[anchor]),
            f"{times[anchor].p50:.1f}",
            f"{times[name].ratio_to(times[anchor]):.2f}",
        )
    Console().print(table)


def main() -> None:
    """Measure every number of reviewers with every number of open cases."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--reviewers", type=int, nargs="+", default=[3, 50])
    parser.add_argument("--open-cases", type=int, nargs="+", default=[1, 300])
    options = parser.parse_args()
    call_command("migrate", run_syncdb=True, verbosity=0)
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        for reviewers in options.reviewers:
            for open_cases in options.open_cases:
                with transaction.atomic():
                    found = measured(reviewers, open_cases, options.rounds)
                    transaction.set_rollback(True)
                title = f"{reviewers} reviewers, {open_cases} open cases, {connection.vendor}"
                show(title, *found)


if __name__ == "__main__":
    main()
