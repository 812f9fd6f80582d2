"""The language of guidance: what a person states about a collection, and what follows from it."""

from clusteer.constraints.closure import Closure
from clusteer.constraints.consistency import Conflict, find_conflicts
from clusteer.constraints.constraint_set import ConstraintSet
from clusteer.constraints.feasibility import Infeasible, infeasible
from clusteer.constraints.from_answers import from_answers
from clusteer.constraints.from_declarations import Declared
from clusteer.constraints.from_labels import from_labels
from clusteer.constraints.implied import with_implied
from clusteer.constraints.io import read_constraints, write_constraints
from clusteer.constraints.kinds import (
    Balance,
    CannotLink,
    Cardinality,
    ClusterSizes,
    Constraint,
    Difficulty,
    Member,
    MustLink,
    Rejection,
    Relation,
    Rule,
    Triplet,
)
from clusteer.constraints.links import Links

__all__ = [
    "Balance",
    "CannotLink",
    "Cardinality",
    "Closure",
    "ClusterSizes",
    "Conflict",
    "Constraint",
    "ConstraintSet",
    "Declared",
    "Difficulty",
    "Infeasible",
    "Links",
    "Member",
    "MustLink",
    "Rejection",
    "Relation",
    "Rule",
    "Triplet",
    "find_conflicts",
    "from_answers",
    "from_labels",
    "infeasible",
    "read_constraints",
    "with_implied",
    "write_constraints",
]
