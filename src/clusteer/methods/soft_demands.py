"""Sizes, bounds and balance as losses: what is demanded of how many items each cluster holds.

DCC counts soft assignments. An item that is 60 % of one cluster is labelled with it whole, so where many are in doubt
soft counts may be right and the labels far from it; here assignments are sharpened before they are counted.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import log_softmax

from clusteer.constraints import ConstraintSet
from clusteer.core import InvalidInputError
from clusteer.losses import balance_loss, bound_loss, corrected_shares, size_loss

_SHARPNESS = 4.0
"""Power of q that is counted: 0.6 against 0.4 counts as 0.84 against 0.16."""


class SoftDemands:
    """The demands on n items and k clusters, with the shares at the last full pass.

    Every demand counts one or more parts of the collection; part 0 is the whole. ``refresh`` takes a full pass,
    ``terms`` the losses of a batch after it.
    """

    def __init__(self, constraints: ConstraintSet, n_clusters: int, device: torch.device) -> None:
        n, sizes = constraints.n_items, constraints.sizes
        if sizes is not None and len(sizes.shares) != n_clusters:
            raise InvalidInputError(
                f"{len(sizes.shares)} sizes are stated but there are {n_clusters} groups; state one size per group, or "
                f"set n_clusters={len(sizes.shares)}"
            )
        self.n_items = n
        self.sizes = None if sizes is None else torch.tensor(sorted(sizes.shares), device=device)
        self.size_weight = 0.0 if sizes is None else sizes.weight
        bounds, balances = constraints.cardinalities, constraints.balances
        everything = tuple(range(n))
        parts = [everything, *(everything if bound.items is None else bound.items for bound in bounds)]
        self.bounded = slice(1, len(parts))
        counts = [len(part) for part in parts[1:]]
        self.lower = torch.tensor(
            [(bound.lower or 0) / count for bound, count in zip(bounds, counts, strict=True)], device=device
        )
        self.upper = torch.tensor(
            [1.0 if bound.upper is None else bound.upper / count for bound, count in zip(bounds, counts, strict=True)],
            device=device,
        )
        self.bound_weights = torch.tensor([bound.weight for bound in bounds], device=device)
        self.groups = [bound.group for bound in bounds]
        self.balances: list[tuple[slice, float, float]] = []
        for balance in balances:
            self.balances.append(
                (slice(len(parts), len(parts) + len(balance.parts)), balance.tolerance, balance.weight)
            )
            parts.extend(balance.parts)
        membership = np.zeros((n, len(parts)), np.float32)
        for number, part in enumerate(parts):
            membership[list(part), number] = 1 / len(part)
        self.membership = torch.tensor(membership, device=device)

    def __bool__(self) -> bool:
        """Say whether anything is demanded."""
        return self.sizes is not None or bool(self.groups) or bool(self.balances)

    def refresh(self, log_q: Tensor) -> None:
        """Take the (n, k) log-assignments of a full pass."""
        self.before = _sharpened(log_q)
        q = self.before.exp()
        self.shares = self.membership.T @ q
        if self.sizes is not None:
            # The largest share is wanted of the cluster that is largest.
            self.target = torch.empty_like(self.sizes)
            self.target[self.shares[0].argsort()] = self.sizes
        self.meant = (
            torch.stack(
                [
                    weight * (torch.ones_like(q[0]) if group is None else q[group])
                    for weight, group in zip(self.bound_weights, self.groups, strict=True)
                ]
            )
            if self.groups
            else q[:0]
        )

    def terms(self, rows: Tensor, log_q: Tensor, weight: float) -> dict[str, Tensor]:
        """Return the weighted losses of a batch: items (b,) and their (b, k) log-assignments."""
        if not self:
            return {}
        shares = corrected_shares(
            self.shares, _sharpened(log_q), self.before[rows], self.membership[rows], self.n_items
        )
        terms: dict[str, Tensor] = {}
        if self.sizes is not None:
            terms["sizes"] = weight * self.size_weight * size_loss(shares[0], self.target)
        if self.groups:
            terms["bounds"] = weight * bound_loss(shares[self.bounded], self.lower, self.upper, self.meant)
        for parts, tolerance, trust in self.balances:
            loss = weight * trust * balance_loss(shares[parts], tolerance)
            terms["balance"] = terms["balance"] + loss if "balance" in terms else loss
        return terms


def _sharpened(log_q: Tensor) -> Tensor:
    return log_softmax(_SHARPNESS * log_q, dim=1)
