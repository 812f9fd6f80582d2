"""What a session may be made with, and the checks of words a person gives."""

from clusteer.core.checks import check_n_clusters
from clusteer.core.errors import InvalidInputError
from clusteer.queries import get_strategy
from clusteer.sessions.registry import DEEP_METHODS, get_method
from clusteer.sessions.rows import SessionRow


def check_settings(settings: SessionRow, n_items: int, n_rows: int) -> None:
    """Refuse what a session over ``n_items`` items and an index of ``n_rows`` rows cannot be made with.

    Raises
    ------
    InvalidInputError
        If the name or a number will not do, or index and items differ in number.
    NotFoundError
        If there is no such method or strategy.
    """
    check_name(settings.name)
    if n_rows != n_items:
        raise InvalidInputError(
            f"the index has {n_rows} rows but there are {n_items} items; build the index for exactly these items"
        )
    check_n_clusters(settings.n_clusters, n_items)
    if settings.budget is not None and settings.budget < 1:
        raise InvalidInputError(f"the budget is {settings.budget} questions; give at least 1, or none")
    get_method(settings.method)
    if settings.method in DEEP_METHODS:
        raise InvalidInputError(
            f"{settings.method!r} trains for minutes, and a session is brought up to date at every answer; make it "
            f"without, and then: clusteer fit {settings.name} --method {settings.method}"
        )
    get_strategy(settings.strategy)


def check_name(name: str) -> None:
    """Refuse what cannot name a session."""
    if not name.strip() or name != name.strip() or set(name) & set("/\\") or name in (".", ".."):
        raise InvalidInputError(f"{name!r} cannot name a session; use letters, digits and signs, but no slash")
    check_printable("the session's name", name)


def check_printable(what: str, text: str) -> None:
    """Refuse control characters and more than 200 characters."""
    if not text.isprintable() or len(text) > 200:
        raise InvalidInputError(f"{what} is {text[:60]!r}; use at most 200 characters and no control characters")
