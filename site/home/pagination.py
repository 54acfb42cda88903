"""Which page numbers a pager shows. Pure: no Django."""

SLOTS = 7
EDGE = 4


def page_slots(current: int, last: int) -> list[int]:
    """At most seven numbers, first and last always among them; 0 stands for a gap."""
    if last <= SLOTS:
        return list(range(1, last + 1))
    if current <= EDGE:
        return [1, 2, 3, 4, 5, 0, last]
    if current > last - EDGE:
        return [1, 0, *range(last - 4, last + 1)]
    return [1, 0, current - 1, current, current + 1, 0, last]
