#!/usr/bin/env python
"""Django's command line for a checkout: `site/` is on the path, settings are for development."""

import os
import sys
from pathlib import Path


def main() -> None:
    """Run the management command named on the command line."""
    root = Path(__file__).resolve().parent
    sys.path.insert(0, str(root / "site"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clearinghouse.settings.development")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - needs the path above

    from clearinghouse.processes import collect_seldom  # noqa: PLC0415 - it, too

    collect_seldom()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
