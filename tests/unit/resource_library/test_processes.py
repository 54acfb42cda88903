"""Programs that read somebody else's file run within limits that are set before they begin."""

import subprocess
import sys

from resource_library.services import processes


def test_the_limits_hold_in_the_child(tmp_path):
    child = tmp_path / "child.py"
    child.write_text(
        "import resource\n"
        "print(*(resource.getrlimit(getattr(resource, 'RLIMIT_' + name))[0]"
        " for name in ('AS', 'CPU', 'FSIZE', 'CORE')))"
    )
    limits = (str(300), str(2.5), str(1000))
    answer = subprocess.run(
        [sys.executable, "-P", processes._LIMITED, child, *limits],
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.split() == [str(300 * 1024 * 1024), "4", "1000", "0"]
