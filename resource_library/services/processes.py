"""Running a program of ours that reads somebody else's file: apart, and within limits."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, Any

from django.conf import settings

_LIMITED = Path(__file__).with_name("limited.py")


def run_apart(child: Path, content: IO[Any], *, most_output: int) -> bytes | None:
    """Return what the program wrote, None where it failed; raises TimeoutError after its time.

    It gets the content as standard input, and nothing of the site. What it may take of address
    space, time and output is limited before it begins.
    """
    seconds = settings.CLEARINGHOUSE_EXTRACTION_SECONDS
    limits = (str(settings.CLEARINGHOUSE_EXTRACTION_MEGABYTES), str(seconds), str(most_output))
    # No secret of the site goes along; -P keeps our modules out of the libraries' way.
    kept = {name: os.environ[name] for name in ("PYTHONPATH", "SYSTEMROOT") if name in os.environ}
    with tempfile.TemporaryFile() as answer:
        try:
            ended = subprocess.run(  # noqa: S603 - our own module
                [sys.executable, "-P", str(_LIMITED), str(child), *limits],
                stdin=content.fileno(),
                stdout=answer.fileno(),
                stderr=subprocess.DEVNULL,
                env=kept,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise TimeoutError from error
        answer.seek(0)
        return answer.read(most_output) if ended.returncode == 0 else None
