"""A reviewer's copy of a PDF bears their name on every page; nobody else's copy does."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate
from pypdf import PdfReader, PdfWriter
from pypdf.generic import RectangleObject
from reportlab.pdfgen.canvas import Canvas

from curriculum_pages.models import CurriculumFile, FileDownload, StoredFile
from review_workflow import watermark
from review_workflow.models import ReviewRound
from review_workflow.watermark import CannotMark, mark_of, marked

from .panels import Panel, make_overseer, make_panel
from .reviewing import start_reviews


def make_pdf(*rotations: int, origin: int = 0) -> bytes:
    """Return a PDF with a page for each rotation."""
    written = io.BytesIO()
    canvas = Canvas(written, invariant=True)
    for number, _rotation in enumerate(rotations):
        canvas.drawString(72, 500, f"Page {number} of ours")
        canvas.showPage()
    canvas.save()
    writer = PdfWriter(clone_from=PdfReader(written))
    for page, rotation in zip(writer.pages, rotations, strict=True):
        page.rotate(rotation)
        page.mediabox = page.cropbox = RectangleObject([origin, origin, 600 + origin, 800 + origin])
    turned = io.BytesIO()
    writer.write(turned)
    return turned.getvalue()


def encrypted(content: bytes) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt("", "owner", algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


class Round:
    """A round in review whose version has some files."""

    def __init__(self, panel: Panel, files: dict[str, bytes]) -> None:
        page = panel.make_curriculum("with-pdf")
        for number, (name, content) in enumerate(files.items()):
            kind = "application/pdf" if name.endswith(".pdf") else "text/plain"
            stored = StoredFile(sha256=f"{number:064}", size=len(content), content_type=kind)
            stored.file.save(name, ContentFile(content), save=False)
            stored.save()
            page.files.add(
                CurriculumFile(title=name, name=name, visibility="reviewers", stored_file=stored)
            )
        page.save_revision()
        self.round: ReviewRound = panel.submit(page)
        self.rows = {row.name: row for row in self.round.revision.as_object().files.all()}
        start_reviews(panel, self.round)

    def ask(self, user: Any, name: str) -> tuple[int, bytes]:
        client = Client()
        client.force_login(user)
        address = reverse("clearinghouse_review_file", args=[self.round.uid, self.rows[name].uid])
        answer = client.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return answer.status_code, content


@pytest.fixture
def panel(site_tree: dict[str, Any]) -> Panel:
    return make_panel(site_tree)


def test_a_reviewers_copy_bears_their_name_and_nobody_elses_does(
    panel: Panel, settings: Any
) -> None:
    original, locked, text = make_pdf(0, 90, 0), encrypted(make_pdf(0)), b"Plain"
    case = Round(panel, {"guide.pdf": original, "locked.pdf": locked, "notes.txt": text})
    reviewer = panel.reviewers[0]
    status, copy = case.ask(reviewer, "guide.pdf")
    assert status == 200
    texts = [page.extract_text() for page in PdfReader(io.BytesIO(copy)).pages]
    name = reviewer.get_full_name() or reviewer.get_username()
    day = date_format(localdate(), "DATE_FORMAT")
    assert len(texts) == 3
    for number, said in enumerate(texts):
        assert f"For review by {name}, {day}; case {case.round.case.number}" in said
        assert f"Page {number} of ours" in said
    other = case.ask(panel.reviewers[1], "guide.pdf")[1]
    assert name not in PdfReader(io.BytesIO(other)).pages[0].extract_text()
    assert case.ask(reviewer, "notes.txt") == (200, text)
    # What cannot be marked is refused to the reviewer, and to nobody else.
    handed_out = FileDownload.objects.count()
    status, page = case.ask(reviewer, "locked.pdf")
    assert status == 409
    assert "Ask the chair of your panel" in page.decode()
    assert FileDownload.objects.count() == handed_out
    for user in (panel.chair, make_overseer()):
        assert case.ask(user, "guide.pdf") == (200, original)
        assert case.ask(user, "locked.pdf") == (200, locked)
    settings.CLEARINGHOUSE_WATERMARK_REVIEW_FILES = False
    assert case.ask(reviewer, "guide.pdf") == (200, original)
    stored = Path(case.rows["guide.pdf"].stored_file.file.path)
    assert stored.read_bytes() == original


# Marking by itself


@pytest.mark.parametrize("origin", [0, -300, 250])
def test_the_line_stands_at_the_foot_that_is_seen(origin: int) -> None:
    copy = marked(io.BytesIO(make_pdf(0, 90, 180, 270, origin=origin)), "A line")
    places: list[tuple[float, float]] = []

    def note(text: str, place: list[float], inner: list[float], *_: Any) -> None:
        if "A line" in text:
            x, y = inner[4], inner[5]
            places.append(
                (
                    x * place[0] + y * place[2] + place[4] - origin,
                    x * place[1] + y * place[3] + place[5] - origin,
                )
            )

    for page in PdfReader(copy).pages:
        page.extract_text(visitor_text=note)
    assert [(round(x), round(y)) for x, y in places] == [
        (12, 12),
        (588, 12),
        (588, 788),
        (12, 788),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7\nnothing",
        b"no PDF",
        encrypted(make_pdf(0)),
        make_pdf(*[0] * 501),
    ],
    ids=["empty", "damaged", "foreign", "encrypted", "long"],
)
def test_what_cannot_be_marked_is_no_copy(content: bytes) -> None:
    with pytest.raises(CannotMark):
        marked(io.BytesIO(content), "A line")


def test_limits_of_size_and_time(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    longest = marked(io.BytesIO(make_pdf(*[0] * 500)), "A line")
    assert len(PdfReader(longest).pages) == 500
    monkeypatch.setattr(watermark, "MOST_BYTES", 100)
    with pytest.raises(CannotMark):
        marked(io.BytesIO(make_pdf(0)), "A line")
    monkeypatch.undo()
    settings.CLEARINGHOUSE_EXTRACTION_SECONDS = 0.001
    with pytest.raises(CannotMark):
        marked(io.BytesIO(make_pdf(0)), "A line")


def test_names_that_the_fonts_do_not_have_are_written_in_latin_letters(
    django_user_model: Any,
) -> None:
    user = django_user_model(first_name="Łucja", last_name="Дмитриева Müller")
    line = mark_of(user, "2026-0001")
    assert line.startswith("For review by Lucja Dmitrieva Müller, ")
    text = PdfReader(marked(io.BytesIO(make_pdf(0)), line)).pages[0].extract_text()
    assert line in text
