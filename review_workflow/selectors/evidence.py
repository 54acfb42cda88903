"""Where it is read what a provider handed in for a condition; the review itself keeps none of it.

Whoever takes evidence in answers the hook. The caller asks only for conditions whose evidence the
user may read.
"""

from collections.abc import Collection, Mapping

from wagtail import hooks

EVIDENCE_HOOK = "clearinghouse_condition_evidence"
"""Hook: takes keys of conditions, returns addresses by the keys of those that have evidence."""


def evidence_addresses(conditions: Collection[int]) -> Mapping[int, str]:
    """Return the addresses of what was handed in, by the keys of the conditions that have any."""
    found: dict[int, str] = {}
    if conditions:
        for give in hooks.get_hooks(EVIDENCE_HOOK):
            found |= give(conditions)
    return found
