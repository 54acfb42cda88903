"""Reading real files in a child process, and every way in which a file can be bad."""

import io
import zipfile

import docx
import pptx
import pytest
from django.core.files.base import ContentFile
from pypdf import PdfReader, PdfWriter

from resource_library.enums import TextState, Unreadable
from resource_library.services import Reading, read_file
from resource_library.services import text_child as child


def make_pdf(text, *, operators=None):
    """Return a PDF of one page with a content stream written by hand."""
    stream = operators or f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R %s >>"
        % b"/Resources << /Font << /F1 5 0 R >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    content, places = b"%PDF-1.7\n", []
    for number, written in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, written)
    start = len(content)
    content += b"xref\n0 6\n0000000000 65535 f \n"
    content += b"".join(b"%010d 00000 n \n" % place for place in places)
    return content + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start


def saved(document):
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def make_docx(*paragraphs, cell=""):
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if cell:
        document.add_table(1, 1).cell(0, 0).text = cell
        document.add_paragraph("After the table")
    return saved(document)


def make_pptx():
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Slide of calm"
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, 100, 100).text_frame.text = "Inside a group"
    table = slide.shapes.add_table(1, 1, 0, 0, 100, 100).table
    table.cell(0, 0).text = "Inside a cell"
    slide.notes_slide.notes_text_frame.text = "Said aloud"
    return saved(deck)


def make_encrypted():
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(make_pdf("Secret"))))
    writer.encrypt("a password", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def make_archive(main, size, *, also=()):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        archive.writestr(main, b" " * size)
        for name, length in also:
            archive.writestr(name, b" " * length)
    return buffer.getvalue()


def lying(content):
    """Return an archive whose list says that its largest part is small."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = max(part.file_size for part in archive.infolist())
    return content.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))


def read(content, name="a.bin"):
    file = ContentFile(content, name=name)
    return read_file(file)


def unreadable(reason):
    return Reading(TextState.UNREADABLE, reason=reason)


def test_a_pdf_is_read():
    assert read(make_pdf("Listening first")) == Reading(TextState.READ, "Listening first")


def test_a_word_file_is_read_with_its_tables_in_their_place():
    content = make_docx("Before", cell="In the cell")
    assert read(content).text == "Before\nIn the cell\nAfter the table"


def test_a_presentation_is_read_with_groups_tables_and_notes():
    assert read(make_pptx()).text.split("\n") == [
        "Slide of calm",
        "Inside a group",
        "Inside a cell",
        "Said aloud",
    ]


def test_the_content_says_what_a_file_is_and_not_its_name():
    assert read(make_pdf("Named wrongly"), name="a.docx").text == "Named wrongly"
    assert read(b"MZ" + b"\0" * 500, name="a.pdf") == unreadable(Unreadable.KIND)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"plain text", Unreadable.KIND),
        (b"", Unreadable.KIND),
        (make_archive("xl/workbook.xml", 10), Unreadable.KIND),
        (b"%PDF-1.7\nnothing of a document", Unreadable.DAMAGED),
        (make_docx("Cut off")[:-400], Unreadable.DAMAGED),
        (make_archive("word/document.xml", 10), Unreadable.DAMAGED),
        (make_encrypted(), Unreadable.ENCRYPTED),
        (make_archive("word/document.xml", child.MAX_MARKUP + 1), Unreadable.EXPANDS),
        (
            make_archive("ppt/presentation.xml", 10, also=[("a.bin", child.MAX_UNPACKED)]),
            Unreadable.EXPANDS,
        ),
        (lying(make_archive("word/document.xml", child.MAX_MARKUP + 1)), Unreadable.DAMAGED),
    ],
    ids=range(10),
)
def test_a_bad_file_ends_with_its_reason(content, reason):
    assert read(content) == unreadable(reason)


def test_an_archive_with_too_many_parts_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(child, "MAX_PARTS", 1)
    with pytest.raises(child.UnreadableError, match="expands"):
        child.text_of(io.BytesIO(make_docx("Many")))


def test_a_file_that_takes_too_long_is_given_up(settings):
    settings.CLEARINGHOUSE_EXTRACTION_SECONDS = 1
    slow = make_pdf("", operators=b"BT /F1 12 Tf " + b"(x) Tj " * 2_000_000 + b"ET")
    assert read(slow) == unreadable(Unreadable.TIME)


def test_a_file_that_takes_too_much_memory_is_given_up(settings):
    settings.CLEARINGHOUSE_EXTRACTION_MEGABYTES = 100
    big = make_pdf("", operators=b"BT /F1 12 Tf " + b"(x) Tj " * 2_000_000 + b"ET")
    assert read(big).reason in {Unreadable.MEMORY, Unreadable.DAMAGED}


def test_a_file_that_is_too_large_is_not_read(settings):
    content = make_pdf("Large")
    settings.CLEARINGHOUSE_EXTRACTION_MOST_BYTES = len(content) - 1
    assert read(content) == Reading(TextState.TOO_LARGE)
    settings.CLEARINGHOUSE_EXTRACTION_MOST_BYTES = len(content)
    assert read(content).text == "Large"


def test_a_file_without_words_is_empty():
    assert read(make_docx()) == Reading(TextState.EMPTY)


def test_the_text_is_cut_where_a_body_ends():
    text = read(make_docx(*["word " * 1_000] * 40)).text
    assert child.MAX_TEXT_LENGTH - 10 < len(text) <= child.MAX_TEXT_LENGTH


def test_what_no_database_takes_becomes_a_space():
    assert child._limited(["a\0b", "\ud800", "c\r\n d"]) == "a b\nc d"
