"""The two phases of Multi-Sub: a word per picture is aligned with it, then pictures of one word are drawn together."""

import math
from collections.abc import Callable, Iterator, Mapping

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize
from torch.optim import Adam, Optimizer

from clusteer.losses import alignment_loss, inter_cluster_loss, intra_cluster_loss, joined, word_weights
from clusteer.methods.pretraining import FallingRate, shuffled
from clusteer.training import EpochReport, Step

Prompted = Callable[[Tensor], Tensor]
"""Embeddings of words (b, w) -> features (b, d) of a text with each."""
_LEAST_GRADIENT = 1e-4
"""Of one picture's alignment: smaller ones hardly move its factor."""


class Proxies:
    """What is learned of a collection: a latent factor per picture, and the projection of pictures.

    Attributes
    ----------
    features : (n, p) Tensor
        Pictures before the projection.
    words : (r, w) Tensor
        Embeddings of the reference words.
    factors : (n, w) Parameter
        Where the word of each picture lies among them.
    projection : (p, d) Parameter
        Of pictures into the space of texts.

    Notes
    -----
    **Source**: Multi-Sub begins with one factor for all pictures, from which weights are nearly uniform and all
    pictures of a batch are drawn the same way. Here a factor begins where the weights are those of CLIP without
    training (zero-shot).
    """

    def __init__(
        self, features: Tensor, words: Tensor, projection: Tensor, prompted: Prompted, scale: float, sharpness: float
    ) -> None:
        self.features, self.words, self.prompted, self.sharpness = features, words, prompted, sharpness
        with torch.no_grad():
            self.texts = normalize(prompted(words), dim=1)
            zero_shot = scale * normalize(features @ projection, dim=1) @ self.texts.T
            # The factors whose products with the words are these logits, but for a constant; of all the shortest.
            inverse = torch.linalg.pinv(normalize(words, dim=1))
            factors = (zero_shot - zero_shot.mean(dim=1, keepdim=True)) @ inverse.T / sharpness
        self.factors, self.projection = nn.Parameter(factors), nn.Parameter(projection.clone())

    def proxies(self, rows: Tensor | slice = slice(None)) -> Tensor:
        """Return the words (b, w) of pictures: Eq. 2."""
        return word_weights(self.factors[rows], self.words, self.sharpness) @ self.words

    def pictures(self, rows: Tensor | slice = slice(None)) -> Tensor:
        """Return pictures (b, d) in the space of texts."""
        return self.features[rows] @ self.projection

    def nearness(self) -> Tensor:
        """Return the cosines (n, r) of the words of pictures to reference words; the greatest is the pseudo-label."""
        with torch.no_grad():
            near: Tensor = normalize(self.proxies(), dim=1) @ normalize(self.words, dim=1).T
            return near


class Alignment:
    """Phase I: factors, and more slowly the projection, so that a text with a picture's word points where it does.

    Notes
    -----
    **Source**: Multi-Sub, Eq. 5, by Adam; 100 epochs in the paper, in its released code with Adagrad.
    """

    phase = "alignment"
    clip_norm: float | None = None
    changed: float | None = None

    def __init__(
        self,
        state: Proxies,
        *,
        epochs: int,
        rate: float,
        projection_rate: float,
        batch_size: int,
        generator: torch.Generator | None,
    ) -> None:
        self.state, self.batch_size, self.generator = state, batch_size, generator
        groups = [{"params": [state.factors], "lr": rate}]
        if projection_rate:
            groups.append({"params": [state.projection], "lr": projection_rate})
        # Where nothing is left to learn, Adam with its usual eps would take steps as long as any, made of rounding.
        self.optimizers: Mapping[str, Optimizer] = {"main": Adam(groups, eps=_LEAST_GRADIENT)}
        self.rate = FallingRate(self.optimizers["main"], epochs * math.ceil(len(state.features) / batch_size))

    def steps(self, epoch: int) -> Iterator[Step]:
        """Yield a step for each batch; in random order where there is a generator."""
        n = len(self.state.features)
        batches = (
            torch.split(torch.arange(n), self.batch_size)
            if self.generator is None
            else shuffled(n, self.batch_size, self.generator)
        )
        for rows in batches:
            self.rate.step()
            texts = self.state.prompted(self.state.proxies(rows))
            # The sum, so that the step of a factor does not depend on how many pictures there are.
            yield Step({"alignment": len(rows) * alignment_loss(self.state.pictures(rows), texts)})

    def converged(self, report: EpochReport) -> bool:
        """Return False: the epochs of a phase are few and fixed."""
        return False


class Separation:
    """Phase II: the projection alone, so that pictures of one word lie close and others apart.

    Notes
    -----
    **Source**: Multi-Sub, Eqs. 6 to 8. In the released code no gradient reaches the projection.
    """

    phase = "separation"
    clip_norm: float | None = None

    def __init__(
        self,
        state: Proxies,
        *,
        balance: float,
        margin: float,
        projection_rate: float,
        batch_size: int,
        generator: torch.Generator,
        before: Tensor | None,
    ) -> None:
        self.state, self.balance, self.margin = state, balance, margin
        self.batch_size, self.generator = batch_size, generator
        self.labels = state.nearness().argmax(dim=1)
        self.changed = None if before is None else float((self.labels != before).float().mean())
        self.optimizers: Mapping[str, Optimizer] = {"main": Adam([state.projection], projection_rate)}

    def steps(self, epoch: int) -> Iterator[Step]:
        """Yield a step for each batch of the shuffled pictures."""
        for rows in shuffled(len(self.labels), self.batch_size, self.generator):
            values = joined(self.state.proxies(rows).detach(), self.state.pictures(rows))
            labels = self.labels[rows]
            yield Step(
                {
                    "intra": self.balance * intra_cluster_loss(values, labels),
                    "inter": (1 - self.balance) * inter_cluster_loss(values, labels, self.margin),
                }
            )

    def converged(self, report: EpochReport) -> bool:
        """Return False: the epochs of a phase are few and fixed."""
        return False
