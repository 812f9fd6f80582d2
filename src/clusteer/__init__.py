"""User-guided clustering: group a collection the way you mean it, by answering a few questions.

The public names below are imported when first used, so that importing clusteer loads neither torch nor scikit-learn.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clusteer.constraints import CannotLink, ConstraintSet, MustLink, from_answers, from_labels
    from clusteer.core import Answer, ClusteerError, Clustering, History, Index, Question
    from clusteer.data import ImageSet, load
    from clusteer.encoders import encode
    from clusteer.methods.adc import ADC
    from clusteer.methods.contrastive import ContrastiveClustering
    from clusteer.methods.dcc import DCC, IDEC
    from clusteer.methods.idc import IDC
    from clusteer.methods.multisub import MultiSub
    from clusteer.methods.pcl import PCL
    from clusteer.methods.propagation import Propagation
    from clusteer.methods.spherepair import SpherePair
    from clusteer.metrics import accuracy
    from clusteer.neighbors import build_index
    from clusteer.sessions.model import load_model
    from clusteer.sessions.session import Session
    from clusteer.sessions.simulate import simulate
    from clusteer.sessions.store import Store

_HOMES = {
    "clusteer.constraints": ("CannotLink", "ConstraintSet", "MustLink", "from_answers", "from_labels"),
    "clusteer.core": ("Answer", "ClusteerError", "Clustering", "History", "Index", "Question"),
    "clusteer.data": ("ImageSet", "load"),
    "clusteer.encoders": ("encode",),
    "clusteer.methods.adc": ("ADC",),
    "clusteer.methods.contrastive": ("ContrastiveClustering",),
    "clusteer.methods.dcc": ("DCC", "IDEC"),
    "clusteer.methods.idc": ("IDC",),
    "clusteer.methods.multisub": ("MultiSub",),
    "clusteer.methods.pcl": ("PCL",),
    "clusteer.methods.propagation": ("Propagation",),
    "clusteer.methods.spherepair": ("SpherePair",),
    "clusteer.metrics": ("accuracy",),
    "clusteer.neighbors": ("build_index",),
    "clusteer.sessions.model": ("load_model",),
    "clusteer.sessions.session": ("Session",),
    "clusteer.sessions.simulate": ("simulate",),
    "clusteer.sessions.store": ("Store",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "ADC",
    "DCC",
    "IDC",
    "IDEC",
    "PCL",
    "Answer",
    "CannotLink",
    "ClusteerError",
    "Clustering",
    "ConstraintSet",
    "ContrastiveClustering",
    "History",
    "ImageSet",
    "Index",
    "MultiSub",
    "MustLink",
    "Propagation",
    "Question",
    "Session",
    "SpherePair",
    "Store",
    "accuracy",
    "build_index",
    "encode",
    "from_answers",
    "from_labels",
    "load",
    "load_model",
    "simulate",
]


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'clusteer' has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
