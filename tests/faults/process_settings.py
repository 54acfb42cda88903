"""The settings of a test's further processes: as in development, with the index of the test."""

import os
from pathlib import Path

from clearinghouse.settings.development import *  # noqa: F403 - settings modules extend each other

CLEARINGHOUSE_ELASTICSEARCH_INDEX = os.environ.get("FAULTS_INDEX", "")
if "FAULTS_PRIVATE" in os.environ:
    CLEARINGHOUSE_PRIVATE_ROOT = Path(os.environ["FAULTS_PRIVATE"])
