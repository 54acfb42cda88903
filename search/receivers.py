"""Listens to every change that can alter an answer and hands it to `indexing`; decides nothing."""


def connect() -> None:
    """Connect the receivers."""
