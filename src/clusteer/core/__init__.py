"""The nouns every other package speaks: items, clusterings, questions, errors. numpy only."""

from clusteer.core.clustering import Clustering
from clusteer.core.errors import (
    ClusteerError,
    InvalidInputError,
    NotFoundError,
    StorageError,
    UnavailableError,
)
from clusteer.core.index import Index
from clusteer.core.questions import Answer, History, Question, legal_choices
from clusteer.core.seeds import child_seed

__all__ = [
    "Answer",
    "ClusteerError",
    "Clustering",
    "History",
    "Index",
    "InvalidInputError",
    "NotFoundError",
    "Question",
    "StorageError",
    "UnavailableError",
    "child_seed",
    "legal_choices",
]
