"""Autoencoders pretrained once and kept on disk: every constraint set starts from the same one, as in the papers."""

import hashlib
import inspect
import os
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np
import platformdirs
from numpy.typing import NDArray
from safetensors.torch import load_file, save
from torch import nn

from clusteer import training
from clusteer.core.files import write_whole
from clusteer.encoders import mlp
from clusteer.encoders.mlp import Autoencoder, mlp_autoencoder
from clusteer.methods import pretraining
from clusteer.methods.autoencoding import AutoencoderClustering


@dataclass(frozen=True)
class Pretrained:
    """A network that was pretrained on some items.

    Attributes
    ----------
    path : Path
        Where its weights are.
    seconds : float
        How long that took; it is part of the file's name, so that whoever finds the file can tell.
    """

    path: Path
    seconds: float

    def network(self, n_features: int) -> Autoencoder:
        """Return a fresh copy, for an estimator's ``network``."""
        made = mlp_autoencoder(n_features)
        made.load_state_dict(load_file(self.path), strict=False)  # The units are the estimator's to set.
        return made


def pretrained(estimator: AutoencoderClustering, X: NDArray[np.float32]) -> Pretrained:
    """Pretrain an estimator's network on items (n, d) and do nothing more, or find it where this was done before.

    Parameters
    ----------
    estimator : AutoencoderClustering
        With no epochs beside those of pretraining; it is fitted.
    X : (n, d) float32
        The items.
    """
    code = "".join(map(inspect.getsource, (mlp, pretraining, training)))
    of = f"{code} {type(estimator).__name__} {sorted(estimator.get_params().items())} {X.shape}".encode()
    key = hashlib.sha256(of + np.ascontiguousarray(X).tobytes()).hexdigest()[:32]
    folder = Path(os.environ.get("CLUSTEER_CACHE") or platformdirs.user_cache_dir("clusteer")) / "pretrained"
    found = next(folder.glob(f"{key}-*.safetensors"), None)
    if found is not None:
        return Pretrained(found, float(found.stem.rpartition("-")[2]))
    start = time.perf_counter()
    network = estimator.fit(X).network_
    seconds = round(time.perf_counter() - start, 1)
    # SpherePair brings codes to length 1 behind the encoder; that is no part of what is kept.
    first = next(network.encoder.children())
    encoder = first if isinstance(first, nn.Sequential) else network.encoder
    content = save(nn.ModuleDict({"encoder": encoder, "decoder": network.decoder}).state_dict())
    return Pretrained(write_whole(folder / f"{key}-{seconds}.safetensors", partial(_write, content)), seconds)


def _write(content: bytes, file: BinaryIO) -> None:
    file.write(content)
