"""Nearest neighbors and k-means at scale, and the Index they make up."""

from clusteer.neighbors.build import build_index
from clusteer.neighbors.groups import choose_n_clusters, kmeans
from clusteer.neighbors.knn import own_neighbors, query_neighbors
from clusteer.neighbors.storage import load_index, save_index
from clusteer.neighbors.update import subset_index, update_index

__all__ = [
    "build_index",
    "choose_n_clusters",
    "kmeans",
    "load_index",
    "own_neighbors",
    "query_neighbors",
    "save_index",
    "subset_index",
    "update_index",
]
