"""`python -m clearinghouse`: the command line of an installed wheel, with production settings."""

import os
import sys

from django.core.management import execute_from_command_line

from clearinghouse.processes import collect_seldom


def main() -> None:
    """Run the management command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clearinghouse.settings.production")
    collect_seldom()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
