"""Faults of disk and database as one plain sentence each."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from clusteer.core.errors import ClusteerError, StorageError

_ELSEWHERE = "choose a folder you may write to (CLUSTEER_HOME for sessions)"
_BY_ERRNO = {
    errno.ENOSPC: "the disk is full; free some space and repeat the command",
    errno.EDQUOT: "your disk quota is used up; free some space and repeat the command",
    errno.EROFS: f"the disk is read-only; {_ELSEWHERE}",
    errno.EACCES: f"permission is denied; {_ELSEWHERE}",
    errno.EPERM: f"permission is denied; {_ELSEWHERE}",
    errno.ENOTDIR: f"part of that path is a file, not a folder; {_ELSEWHERE}",
}
_BY_WORDS = {
    "disk is full": _BY_ERRNO[errno.ENOSPC],
    "readonly": _BY_ERRNO[errno.EROFS],
    "unable to open": f"it cannot be opened; {_ELSEWHERE}",
    "locked": "another process held it for more than 10 seconds; repeat the command",
    "lock timeout": "another process held it for more than 10 seconds; repeat the command",
    "password": "the server does not let you in; see that user and password are right",
    "does not exist": "there is no such database or user on the server; have it made: createdb NAME",
    "connection": "the server does not answer; see that it runs and that its address is right",
    "not a database": "it is damaged or not a clusteer database; put back a copy or move the file away",
    "malformed": "it is damaged; put back a copy, or recover it with: sqlite3 clusteer.db .recover",
    "disk i/o error": "the disk does not answer properly; check it and repeat the command",
}


@contextmanager
def plain_faults(what: str | Path) -> Iterator[None]:
    """Turn faults of disk and database inside the block into a StorageError about ``what``.

    Raises
    ------
    StorageError
        Says what could not be used, why, and what to do. What was acknowledged before is safe.
    """
    try:
        yield
    except ClusteerError:
        raise
    except OSError as fault:
        reason = _BY_ERRNO.get(fault.errno or 0, fault.strerror or str(fault))
        raise StorageError(f"{what}: {reason}") from fault
    except (SQLAlchemyError, sqlite3.Error) as fault:
        words = str(getattr(fault, "orig", None) or fault)
        known = (sentence for part, sentence in _BY_WORDS.items() if part in words.lower())
        raise StorageError(f"{what}: {next(known, words.partition(chr(10))[0])}") from fault
