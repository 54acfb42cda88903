"""Reads the texts of public attached files as due work, each in a process of its own.

A file is asked for anew before it is read: what is not public any more is forgotten unread.
"""

from .waiting import MOST_ATTEMPTS, read_waiting

__all__ = ["MOST_ATTEMPTS", "read_waiting"]
