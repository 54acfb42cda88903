"""What is kept of what a browser sends: the step's own fields, each row with its lasting id."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from review_workflow.parsing import clean_text

from .base import MAX_ROWS, StepForms, Texts

Content = dict[str, list[str]]


def kept(forms: StepForms, sent: Texts) -> Content:
    """Return what is to be stored of `sent`: nothing of it is judged, and nothing foreign stays.

    `forms` are the step's forms, whatever they hold. Rows are numbered anew without gaps; a row
    without a lasting id, or with that of a row before it, gets one.
    """
    sent = forms.form.under_own_names(sent)
    content = {name: _clean(sent[name]) for name in forms.form.fields if sent.get(name)}
    for name, formset in forms.formsets.items():
        fields = list(formset.form.base_fields)
        rows = list(_rows(name, fields, sent))
        content |= _numbered(name, rows)
    return content


def with_row(content: Content, name: str) -> Content:
    """Return the content with one more row of the list, which is empty; none beyond the limit."""
    rows = _split(name, content)
    if len(rows) < MAX_ROWS:
        rows.append({"uid": [str(uuid.uuid4())]})
    return _joined(name, content, rows)


def without_row(content: Content, name: str, number: int) -> Content:
    """Return the content without the row of that number, counted from nought."""
    rows = _split(name, content)
    if 0 <= number < len(rows):
        del rows[number]
    return _joined(name, content, rows)


def with_row_moved_up(content: Content, name: str, number: int) -> Content:
    """Return the content with the row of that number, counted from nought, one place earlier."""
    rows = _split(name, content)
    if 0 < number < len(rows):
        rows[number - 1], rows[number] = rows[number], rows[number - 1]
    return _joined(name, content, rows)


def _clean(texts: Sequence[str]) -> list[str]:
    return [clean_text(text) for text in texts]


def _rows(name: str, fields: Sequence[str], sent: Texts) -> Iterator[dict[str, list[str]]]:
    seen: set[str] = set()
    for number in range(_total(name, sent)):
        row = {
            field: _clean(sent[key])
            for field in fields
            if (key := f"{name}-{number}-{field}") in sent
        }
        row["uid"] = [_lasting(row.get("uid", []), seen)]
        yield row


def _total(name: str, sent: Texts) -> int:
    texts = list(sent.get(f"{name}-TOTAL_FORMS", ()))
    text = texts[-1].strip() if texts else ""
    # More digits than the limit has are more rows than the limit is.
    number = int(text[:6]) if text.isascii() and text.isdigit() else 0
    return min(number, MAX_ROWS)


def _lasting(given: Sequence[str], seen: set[str]) -> str:
    try:
        uid = str(UUID(given[-1])) if given else ""
    except ValueError:
        uid = ""
    if not uid or uid in seen:
        uid = str(uuid.uuid4())
    seen.add(uid)
    return uid


def _split(name: str, content: Content) -> list[dict[str, list[str]]]:
    rows: list[dict[str, list[str]]] = [{} for _number in range(_total(name, content))]
    for key, texts in content.items():
        place, _dash, field = key.removeprefix(f"{name}-").partition("-")
        if key.startswith(f"{name}-") and place.isdigit() and int(place) < len(rows):
            rows[int(place)][field] = texts
    return rows


def _joined(name: str, content: Content, rows: Sequence[Mapping[str, list[str]]]) -> Content:
    others = {key: texts for key, texts in content.items() if not key.startswith(f"{name}-")}
    return others | _numbered(name, rows)


def _numbered(name: str, rows: Sequence[Mapping[str, list[str]]]) -> Content:
    content = {f"{name}-TOTAL_FORMS": [str(len(rows))], f"{name}-INITIAL_FORMS": ["0"]}
    for number, row in enumerate(rows):
        content |= {f"{name}-{number}-{field}": texts for field, texts in row.items()}
    return content
