"""The language of guidance: what a person states about a collection, and what follows from it."""

from clusteer.constraints.closure import Closure
from clusteer.constraints.consistency import Conflict, find_conflicts
from clusteer.constraints.constraint_set import ConstraintSet, Links
from clusteer.constraints.from_answers import from_answers
from clusteer.constraints.from_labels import from_labels
from clusteer.constraints.kinds import CannotLink, Member, MustLink, Rejection

__all__ = [
    "CannotLink",
    "Closure",
    "Conflict",
    "ConstraintSet",
    "Links",
    "Member",
    "MustLink",
    "Rejection",
    "find_conflicts",
    "from_answers",
    "from_labels",
]
