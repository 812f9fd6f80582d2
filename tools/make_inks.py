"""Make src/clusteer/data/resources/inks_digits.npz from mnist.npz, byte for byte the same each time.

Usage: python tools/make_inks.py MNIST.npz OUT.npz
"""

import sys

import numpy as np

with np.load(sys.argv[1]) as mnist:
    x, y = mnist["x"][~mnist["train"]], mnist["y"][~mnist["train"]]
rows = np.sort(np.concatenate([np.flatnonzero(y == digit)[:200] for digit in range(10)]))
np.savez_compressed(sys.argv[2], x=x[rows], y=y[rows].astype(np.uint8))
