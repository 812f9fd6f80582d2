"""What holds for every test: own folders, no network, the same Hypothesis examples in each run."""

import socket

import pytest
from hypothesis import settings

# Derandomized and without deadlines: a busy machine is no reason for a test to fail.
settings.load_profile("ci")


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the sessions, caches and data sets of whoever runs the tests out of reach, in child processes too."""
    home = tmp_path_factory.mktemp("home")
    for name in ("CLUSTEER_CACHE", "CLUSTEER_DATA", "CLUSTEER_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(home / name.lower()))


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test that reaches for another machine, by address or by name."""
    connect = socket.socket.connect

    def local_only(self: socket.socket, address: tuple[str, int] | str | bytes) -> None:
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1"):
            raise AssertionError(f"a test tried to reach {address!r}; only this machine may be reached")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local_only)
