from pathlib import Path

import pytest

from clusteer.sessions.session import Session
from tests.sessions.fakes import make_session


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return make_session(tmp_path)[0]
