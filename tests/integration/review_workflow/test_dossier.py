"""The dossier: everything for who manages the case; redacted, nobody's name, address or key."""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from review_workflow.enums import Outcome
from review_workflow.models import AuditEntry, ReviewRound
from review_workflow.services import post_to_discussion
from review_workflow.services.decisions import decide
from review_workflow.services.dossier import write_dossier

from .panels import Panel, make_overseer, make_panel
from .reviewing import file_one, start_reviews


@pytest.fixture
def panel(site_tree: dict[str, Any]) -> Panel:
    return make_panel(site_tree)


@pytest.fixture
def round_(panel: Panel) -> ReviewRound:
    """A decided round in which everybody is named everywhere."""
    round_ = panel.submit()
    start_reviews(panel, round_)
    names = ", ".join(f"{user} <{user.email}>" for user in get_user_model().objects.all())
    for user in panel.reviewers[:3]:
        file_one(round_, user, comment=f"=Ask {names}.", confidential=f"SECRET of {names}.")
    post_to_discussion(
        round_id=round_.pk,
        criterion_id=None,
        reply_to=None,
        body=f"DISCUSSED {names}",
        actor=panel.chair,
    )
    decide(
        round_id=round_.pk,
        outcome=Outcome.DECLINE,
        actor=panel.chair,
        revision_id=round_.revision_id,
        override_reason=f"Because of {names}.",
        letter="Declined.",
    )
    return ReviewRound.objects.get(pk=round_.pk)


def dossier(round_: ReviewRound, *, redacted: bool) -> bytes:
    file = io.BytesIO()
    write_dossier(round_.case, file, redacted=redacted)
    return file.getvalue()


def texts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_the_internal_dossier_holds_everything(panel: Panel, round_: ReviewRound) -> None:
    files = texts(dossier(round_, redacted=False))
    assert list(files) == ["case.json", "ratings.csv", "letters/1-round-1.txt"]
    assert files["letters/1-round-1.txt"] == "Declined."
    content = json.loads(files["case.json"])
    assert content["case"]["number"] == round_.case.number
    assert [each["outcome"] for each in content["decisions"]] == ["decline"]
    assert content["rounds"][0]["edition"] == round_.edition_snapshot
    assert len(content["rounds"][0]["reviews"]) == 3
    assert "SECRET" in files["case.json"]
    assert "DISCUSSED" in files["case.json"]
    chain = list(AuditEntry.objects.order_by("seq").values_list("seq", "hash", "prev_hash"))
    assert [(each["seq"], each["hash"], each["prev_hash"]) for each in content["audit"]] == chain
    rows = list(csv.DictReader(io.StringIO(files["ratings.csv"])))
    assert len(rows) == 12
    assert {row["initial_label"] for row in rows} == {"There"}


def test_the_redacted_one_names_nobody(panel: Panel, round_: ReviewRound) -> None:
    files = texts(dossier(round_, redacted=True))
    everything = "\n".join([*files, *files.values()])
    for user in get_user_model().objects.filter(pk__in=[panel.chair.pk, panel.editor.pk]) | (
        get_user_model().objects.filter(reviewer_profile__isnull=False)
    ):
        if user == panel.reviewers[3]:
            continue  # never had a part in the case
        assert user.get_full_name() not in everything
        assert user.email not in everything
    for word in ("SECRET", "DISCUSSED", "actor", "payload", "confidential", "suggestion"):
        assert word not in everything
    content = json.loads(files["case.json"])
    assert set(content["audit"][0]) == {"seq", "kind", "recorded_at", "prev_hash", "hash"}
    assert set(content["rounds"][0]["seats"][0]) == {
        "seat",
        "role",
        "state",
        "invited_at",
        "respond_by",
        "responded_at",
        "review_by",
        "filed_at",
    }
    assert "[name removed]" in content["rounds"][0]["reviews"][0]["comment"]


def test_the_same_state_gives_the_same_bytes(round_: ReviewRound) -> None:
    for redacted in (False, True):
        assert dossier(round_, redacted=redacted) == dossier(round_, redacted=redacted)


def test_only_who_manages_the_case_exports_it_and_that_is_recorded(
    panel: Panel, round_: ReviewRound
) -> None:
    url = reverse("clearinghouse_case_dossier", args=[round_.case.uid])

    def ask(user: Any, **given: str) -> Any:
        client = Client()
        client.force_login(user)
        return client.get(url, given)

    assert ask(panel.reviewers[0]).status_code == 302
    assert ask(panel.reviewers[3]).status_code == 404
    assert ask(panel.editor).status_code == 404
    assert not AuditEntry.objects.filter(kind="dossier_exported").exists()
    answer = ask(make_overseer(), redacted="1")
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="case-{round_.case.number}-redacted.zip"'
    )
    assert "SECRET" not in "".join(texts(b"".join(answer.streaming_content)).values())
    assert "SECRET" in "".join(texts(b"".join(ask(panel.chair).streaming_content)).values())
    assert list(
        AuditEntry.objects.filter(kind="dossier_exported")
        .order_by("seq")
        .values_list("payload", flat=True)
    ) == [{"redacted": True}, {"redacted": False}]


def test_the_command_writes_a_whole_file_and_records(round_: ReviewRound, tmp_path: Path) -> None:
    output = tmp_path / "dossier.zip"
    call_command("export_dossier", round_.case.number, "--redacted", "-o", str(output))
    assert "SECRET" not in "".join(texts(output.read_bytes()).values())
    assert [path.name for path in tmp_path.iterdir()] == ["dossier.zip"]
    assert AuditEntry.objects.get(kind="dossier_exported").actor is None
    with pytest.raises(CommandError, match="There is no case 1999-0001"):
        call_command("export_dossier", "1999-0001", "-o", str(output))
    with pytest.raises(CommandError, match="There is no folder"):
        call_command(
            "export_dossier", round_.case.number, "-o", str(tmp_path / "none" / "dossier.zip")
        )


def test_cells_of_the_ratings_are_no_formulas(site_tree: Any) -> None:
    panel = make_panel(site_tree)
    round_ = panel.submit()
    start_reviews(panel, round_)
    note = {f"c{panel.criteria(round_)['A1']['id']}-note": "=HYPERLINK(1)"}
    file_one(round_, panel.reviewers[0], **note)
    rows = list(csv.DictReader(io.StringIO(texts(dossier(round_, redacted=False))["ratings.csv"])))
    assert rows[0]["note"] == "'=HYPERLINK(1)"
