"""A ConstraintSet as tensors, dealt out in random batches: what deep methods train on beside the items."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from clusteer.constraints import ConstraintSet, Relation
from clusteer.losses import log_apart, log_together


@dataclass(frozen=True, eq=False)
class Pairs:
    """m pairs: items (m, 2), whether they belong together (m,), weights (m,)."""

    items: Tensor
    together: Tensor
    weights: Tensor

    @classmethod
    def of(cls, constraints: ConstraintSet, device: torch.device) -> Pairs:
        """Read the links, those of members and rejections included."""
        must, cannot = constraints.must, constraints.cannot
        pairs = np.concatenate([must.pairs, cannot.pairs])
        weights = np.concatenate([must.weights, cannot.weights])
        return cls(
            torch.tensor(pairs, device=device),
            torch.arange(len(pairs), device=device) < len(must),
            torch.tensor(weights, dtype=torch.float32, device=device),
        )

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.items)

    def take(self, rows: Tensor) -> Pairs:
        """Return some of the pairs."""
        return Pairs(self.items[rows], self.together[rows], self.weights[rows])

    def violated(self, labels: Tensor) -> int:
        """Return how many pairs a labelling (n,) breaks."""
        first, second = labels[self.items].unbind(dim=1)
        return int(((first == second) != self.together).sum())


@dataclass(frozen=True, eq=False)
class Triplets:
    """t triplets: anchor, near and far (t, 3), weights (t,)."""

    items: Tensor
    weights: Tensor

    @classmethod
    def of(cls, constraints: ConstraintSet, device: torch.device) -> Triplets:
        """Read the triplets."""
        named = np.array([one.named for one in constraints.triplets], np.int64).reshape(-1, 3)
        weights = [one.weight for one in constraints.triplets]
        return cls(torch.tensor(named, device=device), torch.tensor(weights, dtype=torch.float32, device=device))

    def __len__(self) -> int:
        """Return the number of triplets."""
        return len(self.items)

    def take(self, rows: Tensor) -> Triplets:
        """Return some of the triplets."""
        return Triplets(self.items[rows], self.weights[rows])

    def violated(self, labels: Tensor) -> int:
        """Return how many triplets a labelling (n,) breaks: the anchor is with ``far`` and not with ``near``."""
        anchor, near, far = labels[self.items].unbind(dim=1)
        return int(((anchor == far) & (anchor != near)).sum())


@dataclass(frozen=True, eq=False)
class Rules:
    """m rules of up to p premises, each a row of relations, the conclusion last.

    Attributes
    ----------
    items : (m, p + 1, 2) long Tensor
        The two items of each relation.
    together : (m, p + 1) bool Tensor
        Whether they are to belong together.
    there : (m, p + 1) bool Tensor
        False where a rule has fewer premises.
    weights : (m,) Tensor
        How far each rule is believed.
    """

    items: Tensor
    together: Tensor
    there: Tensor
    weights: Tensor

    @classmethod
    def of(cls, constraints: ConstraintSet, device: torch.device) -> Rules:
        """Read the rules; those with fewer premises are filled up with relations that are not there."""
        most = max((len(rule.premises) for rule in constraints.rules), default=0)
        padding = Relation(0, 0, together=True)
        rows = [
            [*rule.premises, *[padding] * (most - len(rule.premises)), rule.conclusion] for rule in constraints.rules
        ]
        shape = (len(rows), most + 1)
        return cls(
            torch.tensor([[one.pair for one in row] for row in rows], device=device).reshape(*shape, 2).long(),
            torch.tensor([[one.together for one in row] for row in rows], device=device).reshape(shape).bool(),
            torch.tensor([[one is not padding for one in row] for row in rows], device=device).reshape(shape).bool(),
            torch.tensor([rule.weight for rule in constraints.rules], dtype=torch.float32, device=device),
        )

    def __len__(self) -> int:
        """Return the number of rules."""
        return len(self.items)

    def take(self, rows: Tensor) -> Rules:
        """Return some of the rules."""
        return Rules(self.items[rows], self.together[rows], self.there[rows], self.weights[rows])

    def log_truth(self, log_q: Tensor) -> tuple[Tensor, Tensor]:
        """Return the log-probability of all premises and of the conclusion, (m,) each, given (n, k) log-assignments."""
        first, second = log_q[self.items].unbind(dim=2)
        shape, k = self.together.shape, log_q.shape[1]
        first, second = first.reshape(-1, k), second.reshape(-1, k)
        truth = torch.where(self.together.flatten(), log_together(first, second), log_apart(first, second))
        truth = truth.reshape(shape).masked_fill(~self.there, 0)
        return truth[:, :-1].sum(dim=1), truth[:, -1]

    def violated(self, labels: Tensor) -> int:
        """Return how many rules a labelling (n,) breaks: the premises hold and the conclusion does not."""
        first, second = labels[self.items].unbind(dim=2)
        holds = ((first == second) == self.together) | ~self.there
        return int((holds[:, :-1].all(dim=1) & ~holds[:, -1]).sum())


@dataclass(frozen=True, eq=False)
class Guidance:
    """All that relates items to each other."""

    pairs: Pairs
    triplets: Triplets
    rules: Rules

    @classmethod
    def of(cls, constraints: ConstraintSet, device: torch.device) -> Guidance:
        """Read pairs, triplets and rules."""
        return cls(Pairs.of(constraints, device), Triplets.of(constraints, device), Rules.of(constraints, device))

    def violated(self, labels: Tensor) -> int:
        """Return how many of them a labelling (n,) breaks."""
        return self.pairs.violated(labels) + self.triplets.violated(labels) + self.rules.violated(labels)

    def localized(self) -> tuple[Tensor, Guidance]:
        """Return the items that are named, each once, and the same guidance that names them by their places there."""
        named = (self.pairs.items, self.triplets.items, self.rules.items)
        items, places = torch.unique(torch.cat([one.flatten() for one in named]), return_inverse=True)
        parts = torch.split(places, [one.numel() for one in named])
        pairs, triplets, rules = (part.reshape(one.shape) for part, one in zip(parts, named, strict=True))
        return items, Guidance(
            replace(self.pairs, items=pairs), replace(self.triplets, items=triplets), replace(self.rules, items=rules)
        )


class Dealer:
    """Deals guidance out in batches without end: each kind is shuffled, dealt to the last one, and shuffled again."""

    def __init__(self, guidance: Guidance, batch_size: int, generator: torch.Generator) -> None:
        self.guidance, self.generator = guidance, generator
        counts = [len(guidance.pairs), len(guidance.triplets), len(guidance.rules)]
        self._sizes = [min(batch_size, count) for count in counts]
        self._counts = counts
        self._waiting = [torch.zeros(0, dtype=torch.long, device=generator.device) for _ in counts]

    def deal(self) -> Guidance:
        """Return the next batch of each kind; a kind of which there are fewer comes whole."""
        pairs, triplets, rules = (self._next(kind) for kind in range(3))
        return Guidance(
            self.guidance.pairs.take(pairs), self.guidance.triplets.take(triplets), self.guidance.rules.take(rules)
        )

    def _next(self, kind: int) -> Tensor:
        size = self._sizes[kind]
        if len(self._waiting[kind]) < size:
            order = torch.randperm(self._counts[kind], generator=self.generator, device=self.generator.device)
            self._waiting[kind] = torch.cat([self._waiting[kind], order])
        rows, self._waiting[kind] = self._waiting[kind][:size], self._waiting[kind][size:]
        return rows
