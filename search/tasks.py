"""Work after a commit; arguments are primary keys only."""

from django_tasks import task

from search.indexing import apply_changes


@task()
def apply_index_changes_task(record_ids: list[int]) -> None:
    """Apply the pending changes of these records; what fails waits for `apply_index_changes`."""
    apply_changes(record_ids)
