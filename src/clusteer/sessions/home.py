"""Where sessions live."""

import os
from pathlib import Path

from platformdirs import user_data_dir


def default_home() -> Path:
    """Return the folder of all sessions: ``CLUSTEER_HOME``, or the platform's data folder."""
    return Path(os.environ.get("CLUSTEER_HOME") or user_data_dir("clusteer")).expanduser()
