"""The errors a user can meet. Each message says what was given, what is needed and what to do."""


class ClusteerError(Exception):
    """Raised for anything the user can put right; the command line prints its sentence and exits 2."""


class InvalidInputError(ClusteerError, ValueError):
    """Raised when what was given cannot be used: a wrong shape, a NaN row, an illegal choice, an empty folder."""


class NotFoundError(ClusteerError, LookupError):
    """Raised when something named does not exist: a session, a question, an item, a file, a data set."""


class UnavailableError(ClusteerError):
    """Raised when a part is missing on this machine: an optional package, a network, a data file."""


class StorageError(ClusteerError, OSError):
    """Raised when the disk or database refuses: full, read-only, locked for too long, damaged."""
