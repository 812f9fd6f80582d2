"""The only place that knows what a declaration means: what a person states about items without being asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from clusteer.constraints.kinds import Constraint
from clusteer.constraints.records import read_record, read_weight
from clusteer.core.errors import InvalidInputError


@dataclass(frozen=True)
class Declared:
    """One declaration that states a constraint.

    Attributes
    ----------
    id : str
        Ledger id, the source of the constraint.
    kind : str
        One of ``records.FORMS``.
    value : mapping of str to JSON value
        The record of that kind, items by row; a ``weight`` may go with it.
    at : datetime
        When, in UTC.
    """

    id: str
    kind: str
    value: Mapping[str, object]
    at: datetime

    @cached_property
    def constraint(self) -> Constraint:
        """The constraint it states, believed as far as its own weight says: fully where it has none.

        Raises
        ------
        InvalidInputError
            If it states none, or one that cannot be.
        """
        try:
            said = {field: entry for field, entry in self.value.items() if field != "weight"}
            return read_record(self.kind, said, _row, read_weight(self.value), self.id)
        except InvalidInputError as fault:
            raise InvalidInputError(f"declaration {self.id or '(no id)'}: {fault}") from fault


def _row(name: object) -> int:
    if isinstance(name, bool) or not isinstance(name, int):
        raise InvalidInputError(f"{name!r} is no row; give an item's number")
    return name
