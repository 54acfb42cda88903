"""The rule of a panel: from criteria and reviews to an outcome and the sentence that explains it.

Pure: the same votes in any order give the same answer, and nothing is read but the arguments.
"""

from collections.abc import Mapping
from typing import Any


def applies(condition: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """Return whether a criterion applies to a page of which `facts` hold.

    `condition` names, for each fact, the value or the values of which the page must have one.
    """
    return all(_values(wanted) & _values(facts.get(fact)) for fact, wanted in condition.items())


def _values(given: Any) -> set[str]:
    each = given if isinstance(given, list | tuple | set | frozenset) else [given]
    return {str(value) for value in each if value is not None}
