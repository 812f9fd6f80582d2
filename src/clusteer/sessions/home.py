"""Where sessions live: a folder of arrays, and a database."""

import os
from pathlib import Path

from platformdirs import user_data_dir


def default_home() -> Path:
    """Return the folder of all sessions: ``CLUSTEER_HOME``, or the platform's data folder."""
    return Path(os.environ.get("CLUSTEER_HOME") or user_data_dir("clusteer")).expanduser()


def default_database(home: Path) -> str:
    """Return the address of the database of all sessions: ``CLUSTEER_DATABASE``, or a file in their folder."""
    return os.environ.get("CLUSTEER_DATABASE") or f"sqlite:///{home / 'clusteer.db'}"
