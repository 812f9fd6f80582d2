"""The switch for glibc's thresholds."""

import ctypes
import platform

import pytest

from clusteer.encoders.malloc import raise_malloc_thresholds


class Library:
    """Stands in for libc and notes what is set."""

    def __init__(self) -> None:
        self.set: dict[int, int] = {}

    def mallopt(self, option: int, value: int) -> int:
        self.set[option] = value
        return 1


@pytest.mark.parametrize(
    ("switch", "libc", "expected"),
    [("1", "glibc", {-3: 1 << 30, -1: 2**31 - 1}), ("0", "glibc", {}), ("1", "", {})],
    ids=["on", "switched off", "no glibc"],
)
def test_thresholds(monkeypatch: pytest.MonkeyPatch, switch: str, libc: str, expected: dict[int, int]) -> None:
    library = Library()
    monkeypatch.setenv("CLUSTEER_MALLOC", switch)
    monkeypatch.setattr(platform, "libc_ver", lambda: (libc, ""))
    monkeypatch.setattr(ctypes, "CDLL", lambda name: library)
    raise_malloc_thresholds()
    assert library.set == expected
