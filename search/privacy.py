"""Which searched texts may be counted: none that looks as if it told of a person. Pure."""

import re

from search.text import fold

MAX_KEPT_LENGTH = 100
"""A longer text is pasted, not searched for, and is not kept."""
MAX_DIGITS = 5
"""More digits with no letter between them may be a phone number or one of a card or a person."""
_WRITTEN_OUT = re.compile(r"\bat\b.*(?:\bdot\b|\w\.\w{2})")
"""An address written to be read aloud: name at example dot org."""


def kept_text(text: str) -> str | None:
    """Return the folded text as it is counted, or None where it must not be kept.

    Not kept are texts without a letter or digit, long ones, and what looks like an e-mail
    address, a phone number or another long number, however it is spaced.
    """
    folded = " ".join("".join(char if char.isprintable() else " " for char in fold(text)).split())
    if len(text) > MAX_KEPT_LENGTH or len(folded) > MAX_KEPT_LENGTH:
        return None
    if not any(char.isalnum() for char in folded):
        return None
    if "@" in folded or _WRITTEN_OUT.search(folded) or _longest_number(folded) > MAX_DIGITS:
        return None
    return folded


def _longest_number(text: str) -> int:
    """Return the most digits in a row, whatever stands between them but letters."""
    longest = run = 0
    for char in text:
        if char.isnumeric():
            run += 1
            longest = max(longest, run)
        elif char.isalpha():
            run = 0
    return longest
