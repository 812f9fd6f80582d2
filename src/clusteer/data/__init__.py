"""What is to be grouped: sets of images, from folders, arrays, features or by name."""

from clusteer.data.builtin import NAMES, criteria, load
from clusteer.data.images import ImageSet
from clusteer.data.own_features import check_features_match, load_features
from clusteer.data.sources import open_source

__all__ = ["NAMES", "ImageSet", "check_features_match", "criteria", "load", "load_features", "open_source"]
