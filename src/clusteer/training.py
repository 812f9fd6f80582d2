"""The only optimiser loop of the project: a method yields losses, the loop steps, whoever iterates sees the progress.

::

    for report in train(objective, epochs):
        ...

Closing the iterator cancels. Device, precision, clipping, the check for losses that are not finite, and timing live
here and nowhere else.
"""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from clusteer.core.errors import ClusteerError

REPORT_EVERY = 1.0
"""Seconds between reports inside a long epoch."""
_PROBE_SECONDS = 0.05
_WORTH_IT = 1.2
"""How much faster bfloat16 must be to be used: below this, digits are lost for nothing."""


class DivergedError(ClusteerError, ArithmeticError):
    """Raised when a loss is no longer finite; what was fitted before stays as it was."""


@dataclass(frozen=True, eq=False)
class Step:
    """What one step of an optimiser minimises: the sum of named terms.

    Attributes
    ----------
    terms : dict of str to scalar Tensor
        Each already times its weight, so that the sum is the loss.
    optimizer : str
        Which of the objective's optimisers steps.
    """

    terms: dict[str, Tensor]
    optimizer: str = "main"


@dataclass(frozen=True)
class EpochReport:
    """How far training is.

    Attributes
    ----------
    phase : str
        What is being trained, "pretraining" for example.
    epoch, of : int
        This epoch, from 1, and the most there will be.
    losses : dict of str to float
        Mean of each term over the epoch's steps so far that had it.
    changed : float or None
        Share of labels that differ from those of the epoch before; None where there are none to compare.
    seconds : float
        Time since this epoch began.
    finished : bool
        False for a report from inside the epoch.
    """

    phase: str
    epoch: int
    of: int
    losses: dict[str, float]
    changed: float | None
    seconds: float
    finished: bool = True


class Objective(Protocol):
    """What is trained: a plain object that owns its network, optimisers and generator.

    Attributes
    ----------
    phase : str
        Its name in reports.
    optimizers : mapping of str to Optimizer
        Those that steps name.
    clip_norm : float or None
        Most that the gradient of one step may measure; longer ones are shortened to it.
    changed : float or None
        As of ``EpochReport``; read after each epoch.
    """

    phase: str
    optimizers: Mapping[str, Optimizer]
    clip_norm: float | None
    changed: float | None

    def steps(self, epoch: int) -> Iterator[Step]:
        """Yield the steps of an epoch, from 0, each from the parameters that the one before left."""

    def converged(self, report: EpochReport) -> bool:
        """Say whether to stop after this epoch."""


def train(objective: Objective, epochs: int) -> Iterator[EpochReport]:
    """Train for at most ``epochs`` epochs; report after each, and about once a second inside long ones.

    Whatever the objective computes between two steps runs in the precision chosen here. No context is held while a
    report is out, so the caller's own computing is not touched.

    Raises
    ------
    DivergedError
        If a loss is not finite; the terms are named.
    ValueError
        If the terms of a step have no gradient.
    """
    for epoch in range(epochs):
        progress = _Progress(objective.phase, epoch + 1, epochs)
        steps, reported = objective.steps(epoch), progress.began
        while True:
            with precision():
                step = next(steps, None)
            if step is None:
                break
            progress.add(_stepped(step, objective))
            if time.monotonic() - reported >= REPORT_EVERY:
                yield progress.report(None, finished=False)
                reported = time.monotonic()
        report = progress.report(objective.changed, finished=True)
        yield report
        if objective.converged(report):
            return


class _Progress:
    """What an epoch has come to so far."""

    def __init__(self, phase: str, epoch: int, of: int) -> None:
        self.phase, self.epoch, self.of = phase, epoch, of
        self.began = time.monotonic()
        self.values: defaultdict[str, list[float]] = defaultdict(list)

    def add(self, values: Mapping[str, float]) -> None:
        for name, value in values.items():
            self.values[name].append(value)

    def report(self, changed: float | None, finished: bool) -> EpochReport:
        means = {name: sum(values) / len(values) for name, values in self.values.items()}
        return EpochReport(self.phase, self.epoch, self.of, means, changed, time.monotonic() - self.began, finished)


def _stepped(step: Step, objective: Objective) -> dict[str, float]:
    """Step once and return the value of each term."""
    loss = torch.stack([term.float() for term in step.terms.values()]).sum()
    values = {name: float(term.detach()) for name, term in step.terms.items()}
    if not torch.isfinite(loss):
        named = ", ".join(f"{name} is {value:.4g}" for name, value in values.items())
        raise DivergedError(
            f"training left the finite numbers: {named}; give a smaller learning rate, or features of about unit scale"
        )
    if not loss.requires_grad:
        raise ValueError(f"the terms {', '.join(values)} depend on no parameter; a step must have a gradient")
    optimizer = objective.optimizers[step.optimizer]
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]  # torch gives it no types
    if objective.clip_norm is not None:
        nn.utils.clip_grad_norm_([p for group in optimizer.param_groups for p in group["params"]], objective.clip_norm)
    optimizer.step()
    return values


@cache
def device() -> torch.device:
    """Return where networks and items are kept: a CUDA device where there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def precision() -> AbstractContextManager[object]:
    """Return a context in which matrix products are computed in bfloat16 where that is faster here, else in float32."""
    return torch.autocast(device().type, torch.bfloat16) if bfloat16_is_faster() else nullcontext()


@cache
def bfloat16_is_faster() -> bool:
    """Time the product at the heart of training, 256 x 512 by 512 x 1024, in both precisions; once per process."""
    x = torch.ones(256, 512, device=device())
    w = torch.ones(512, 1024, device=device())
    single, half = (_products_per_second(x.to(kind), w.to(kind)) for kind in (torch.float32, torch.bfloat16))
    return half > _WORTH_IT * single


def _products_per_second(x: Tensor, w: Tensor) -> float:
    x @ w  # The first call also chooses and loads a kernel.
    count, began = 0, time.perf_counter()
    while (passed := time.perf_counter() - began) < _PROBE_SECONDS / 2:
        float((x @ w)[0, 0])  # Reading a value waits for the device.
        count += 1
    return count / passed
