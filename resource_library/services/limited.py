"""Runs a program of ours within limits, as its own process: what `run_apart` starts.

Arguments: the program, the megabytes of address space, the seconds, the bytes of output. Where the
system has no such limits, the clock of its parent remains.
"""

import runpy
import sys
from math import ceil


def limit_process(megabytes: int, seconds: float, output: int) -> None:
    """Limit this process; what it started before is not looked at."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not everywhere

    for name, limit in (
        (resource.RLIMIT_AS, megabytes * 1024 * 1024),
        (resource.RLIMIT_CPU, ceil(seconds) + 1),
        (resource.RLIMIT_FSIZE, output),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (limit, limit))


if __name__ == "__main__":
    program, megabytes, seconds, output = sys.argv[1:]
    limit_process(int(megabytes), float(seconds), int(output))
    runpy.run_path(program, run_name="__main__")
