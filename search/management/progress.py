"""The progress bar of the search's commands; on standard error, and only for a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from search.indexing import Progress as Callback


@contextmanager
def shown_progress(title: str, *, visible: bool = True) -> Iterator[Callback]:
    """Yield a function that takes what is done and what there is to do."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    disabled = not (visible and console.is_terminal)
    with Progress(*columns, console=console, disable=disabled) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
