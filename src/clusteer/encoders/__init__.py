"""From pictures and texts to vectors: the encoders by name, and the disk cache of what they returned."""

from clusteer.encoders._base import Encoder, Pictures
from clusteer.encoders.encoded_views import encode_views
from clusteer.encoders.features import Estimate, encode, estimate
from clusteer.encoders.malloc import raise_malloc_thresholds
from clusteer.encoders.pretrained import (
    DEFAULT_ENCODER,
    ENCODERS,
    TINY_CLIP,
    criterion_name,
    get_encoder,
    get_joint_encoder,
    is_criterion,
    knows_words,
)
from clusteer.encoders.tfidf import TFIDF, Tfidf

__all__ = [
    "DEFAULT_ENCODER",
    "ENCODERS",
    "TFIDF",
    "TINY_CLIP",
    "Encoder",
    "Estimate",
    "Pictures",
    "Tfidf",
    "criterion_name",
    "encode",
    "encode_views",
    "estimate",
    "get_encoder",
    "get_joint_encoder",
    "is_criterion",
    "knows_words",
    "raise_malloc_thresholds",
]
