"""Which files of a version hold the words that somebody asks for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from resource_library.enums import TextState
from resource_library.finding import places, terms_of
from resource_library.models import ReadText
from review_workflow.storage import ReviewFile


@dataclass(slots=True)
class FoundFile:
    """A file, how often the words stand in it, and why there is no text where there is none.

    `count` is None where nothing was asked or nothing can be told. The addresses are its view's.
    """

    file: ReviewFile
    has_text: bool
    count: int | None
    without: str = ""
    address: str = ""
    text_address: str = ""


def find_in(
    files: Iterable[ReviewFile], texts: Mapping[str, ReadText], query: str
) -> list[FoundFile]:
    """Return all the files in their order; where words are asked for, those with them in front."""
    terms = terms_of(query)
    found = []
    for file in files:
        read = texts.get(file.sha256)
        text = read.text if read else ""
        count = len(places(text, terms)) if text and terms else None
        found.append(FoundFile(file, bool(text), count, "" if text else _without(file, read)))
    return sorted(found, key=lambda each: not each.count) if terms else found


def _without(file: ReviewFile, read: ReadText | None) -> str:
    """Return the sentence that says why nobody can search a file."""
    if read is None:
        if file.content_type.startswith(("image/", "video/")):
            return _("Pictures and films have no text.")
        return _("Its text is not read yet, or it is of a kind whose text is not read.")
    return {
        TextState.WAITING: _("Its text is not read yet."),
        TextState.EMPTY: _("It has no text; it may have been scanned."),
        TextState.TOO_LARGE: _("It is too large for its text to be read."),
    }.get(TextState(read.state), _("Its text cannot be read."))
