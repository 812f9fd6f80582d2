"""Cases of kind epoch: the time of an epoch of DCC, beside a plain loop in float32 that does one thing after another.

The plain loop is Algorithm 1 as it reads: a sweep over items, one over must-links that restores both ends, one over
cannot-links; each end of a pair is encoded by itself, and Adam updates one parameter after another. Both take turns in
one process, so that whatever else the machine does falls on both.
"""

import time
from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim import Adam

from clusteer.bench.environment import peak_megabytes
from clusteer.bench.spec import Case
from clusteer.constraints import ConstraintSet, from_labels
from clusteer.encoders.mlp import Autoencoder, mlp_autoencoder
from clusteer.losses import (
    cannot_link_loss,
    kl_loss,
    log_assignment,
    log_frequency,
    must_link_loss,
    reconstruction_loss,
    sharpened_target,
)
from clusteer.methods.dcc import DCC
from clusteer.methods.deep import encode
from clusteer.training import bfloat16_is_faster

_FEATURES, _GROUPS, _BATCH = 784, 10, 256


def measure(case: Case) -> dict[str, object]:
    """Return the shortest epoch of either loop, over items of noise: what they hold changes no time."""
    n, pairs, epochs, seed = (int(str(case[name])) for name in ("items", "amount", "epochs", "seed"))
    rng = np.random.default_rng(seed)
    X = rng.random((n, _FEATURES), np.float32)
    constraints = from_labels(rng.integers(_GROUPS, size=n), pairs, random_state=seed)
    ours, plain = _fused(X, constraints, epochs), _plain(torch.tensor(X), constraints)
    seconds = np.array([(next(ours), next(plain)) for _ in range(epochs)]).min(axis=0)
    return {
        "epoch_seconds": float(seconds[0]),
        "plain_seconds": float(seconds[1]),
        "bfloat16": bfloat16_is_faster(),
        "threads": torch.get_num_threads(),
        "peak_megabytes": peak_megabytes(),
    }


def _fused(X: NDArray[np.float32], constraints: ConstraintSet, epochs: int) -> Iterator[float]:
    """Yield the seconds of each epoch of DCC."""
    method = DCC(n_clusters=_GROUPS, pretrain_epochs=0, max_epochs=epochs, tol=0)
    yield from (report.seconds for report in method.fit_iter(X, constraints=constraints) if report.finished)


def _plain(items: Tensor, constraints: ConstraintSet) -> Iterator[float]:
    """Yield the seconds of each epoch of the plain loop."""
    network = mlp_autoencoder(_FEATURES)
    centers = nn.Parameter(encode(network, items[:_GROUPS]).clone())
    optimizer = Adam([*network.parameters(), centers], foreach=False)
    must, cannot = (torch.tensor(links.pairs) for links in (constraints.must, constraints.cannot))
    while True:
        began = time.perf_counter()
        with torch.no_grad():
            log_q = log_assignment(encode(network, items), centers)
        target = sharpened_target(log_q, log_frequency(log_q))
        for loss in _losses(network, centers, items, target, must, cannot):
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch gives it no types
            optimizer.step()
        yield time.perf_counter() - began


def _losses(
    network: Autoencoder, centers: Tensor, items: Tensor, target: Tensor, must: Tensor, cannot: Tensor
) -> Iterator[Tensor]:
    for rows in torch.split(torch.randperm(len(items)), _BATCH):
        codes = network.encode(items[rows])
        clustering = kl_loss(target[rows], log_assignment(codes, centers))
        yield 0.1 * clustering + reconstruction_loss(network.decode(codes), items[rows])
    for pairs in torch.split(must, _BATCH):
        ends = [items[rows] for rows in pairs.unbind(dim=1)]
        first, second = (network.encode(end) for end in ends)
        restored = sum(
            reconstruction_loss(network.decode(codes), end) for codes, end in zip((first, second), ends, strict=True)
        )
        linked = must_link_loss(log_assignment(first, centers), log_assignment(second, centers))
        yield 0.1 * linked + restored
    for pairs in torch.split(cannot, _BATCH):
        first, second = (log_assignment(network.encode(items[rows]), centers) for rows in pairs.unbind(dim=1))
        yield cannot_link_loss(first, second)
