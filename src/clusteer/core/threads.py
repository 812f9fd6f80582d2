"""One thread for many small products, where a second would mostly wait, and where other processes compute, for long."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from importlib import import_module
from typing import Any


def one_thread() -> AbstractContextManager[object]:
    """Return a context in which NumPy, SciPy and scikit-learn compute in one thread."""
    context: AbstractContextManager[object] = _libraries().limit(limits=1)
    return context


@cache
def _libraries() -> Any:
    """Return what limits the libraries that compute; looking for them takes 6 ms, so it is done once."""
    from threadpoolctl import ThreadpoolController

    # With it all of them are loaded; of any loaded later nothing would be known.
    import_module("sklearn.cluster")
    return ThreadpoolController()
