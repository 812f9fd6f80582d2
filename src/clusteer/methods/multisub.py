"""Multi-Sub: clusters by a criterion in words, in the space that reference words span."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import Self

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment
from sklearn.base import BaseEstimator, ClusterMixin, TransformerMixin
from sklearn.cluster import KMeans
from sklearn.metrics import pairwise_distances_argmin
from sklearn.utils.validation import check_array, check_is_fitted, validate_data
from torch import Tensor

from clusteer.constraints import ConstraintSet
from clusteer.core import InvalidInputError, child_seed
from clusteer.core.checks import check_n_clusters
from clusteer.encoders.clip import Clip
from clusteer.encoders.pretrained import get_joint_encoder
from clusteer.losses import joined
from clusteer.methods._base import warn_ignored
from clusteer.methods.proxy_learning import Alignment, Proxies, Separation
from clusteer.training import EpochReport, train

_SCALE = 100.0
"""How much sharper than cosines zero-shot logits are where a model does not say: what CLIP learned."""
_AT_ONCE = 4096
"""Pictures whose words are found at once."""


class MultiSub(TransformerMixin, ClusterMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn carries no types
    """Customized multiple clustering (Multi-Sub, NeurIPS 2024): one clustering per criterion in words.

    Each picture gets a word of its own: a mixture of reference words, moved until a text with it points where the
    picture does (Phase I). The projection of pictures follows, and draws pictures of like words together (Phase II);
    the phases alternate. Reference words need not name the clusters, nor be as many. docs/multisub.md leads from each
    equation to its function. For answers beside words use a session.

    Parameters
    ----------
    words : sequence of str
        Reference words, two or more.
    template : str
        A text with ``*`` where the word belongs: ``a fruit with the color of *``.
    encoder : str
        Which CLIP made the features; see ``clusteer.encoders.get_joint_encoder``.
    n_clusters : int, optional
        Number of clusters; without it each picture goes with its nearest reference word, and words that are nearest to
        none have no cluster.
    alternations : int
        How often Phase I and Phase II take turns, at most; they stop when no more than ``tol`` of the pictures get
        another nearest word.
    alignment_epochs, separation_epochs : int
        Epochs of Phase I and of Phase II each time.
    learning_rate, projection_rate : float
        Of Adam, for latent factors and for the projection.
    sharpness : float
        s of ``word_weights``.
    balance : float
        Weight lambda of the distances inside clusters, in [0, 1]; the rest is that of those between.
    margin : float
        m, the distance from which clusters are far enough apart.
    batch_size : int
        Pictures in a step.
    tol : float
        See ``alternations``.
    random_state : int
        Same seed, same clusters.

    Attributes
    ----------
    labels_ : (n,) int64
        Cluster of each picture.
    names_ : tuple of str
        For each cluster the reference word its pictures are nearest to, each word once; empty where words ran out.
    projection_ : (p, d) float32
        The trained projection.
    cluster_centers_ : (k, w + d) float32
        Mean of each cluster among words and pictures, joined.
    kept_words_ : (c,) int64
        Numbers of the words that a cluster may be named by: all, or without ``n_clusters`` those that name one.
    n_iter_ : int
        Alternations.
    n_features_in_ : int
        Width p of the features.

    Notes
    -----
    **Source**: k-means on words and pictures joined is what the released code of Multi-MaP does, and nearest reference
    words are the paper's pseudo-labels; it does not say how clusters are made. It trains for 1,000 epochs from one
    factor for all, and chooses rates by the loss; its code trains no projection in Phase II. The word of a new picture
    is found as in Phase I with the projection held, and so are those of ``labels_``: known and new pictures are treated
    alike, and none depends on the others.
    """

    def __init__(
        self,
        *,
        words: Sequence[str] = (),
        template: str = "a picture of *",
        encoder: str = "tiny-clip",
        n_clusters: int | None = None,
        alternations: int = 2,
        alignment_epochs: int = 3,
        separation_epochs: int = 2,
        learning_rate: float = 0.005,
        projection_rate: float = 1e-4,
        sharpness: float = 4.0,
        balance: float = 0.5,
        margin: float = 1.0,
        batch_size: int = 512,
        tol: float = 1e-3,
        random_state: int = 0,
    ) -> None:
        self.words = words
        self.template = template
        self.encoder = encoder
        self.n_clusters = n_clusters
        self.alternations = alternations
        self.alignment_epochs = alignment_epochs
        self.separation_epochs = separation_epochs
        self.learning_rate = learning_rate
        self.projection_rate = projection_rate
        self.sharpness = sharpness
        self.balance = balance
        self.margin = margin
        self.batch_size = batch_size
        self.tol = tol
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: object = None, *, constraints: ConstraintSet | None = None) -> Self:
        """Cluster the rows of X by the criterion.

        Parameters
        ----------
        X : (n, p) array
            Features of pictures by ``encoder``, as ``clusteer.encoders.encode`` returns them.
        y : ignored
            For scikit-learn.
        constraints : ConstraintSet, optional
            Ignored with a warning: words alone count.

        Raises
        ------
        InvalidInputError
            If there are less than two different words, the template has no place for one, features are not as wide as
            the encoder's, or there are more clusters than pictures.
        """
        for _ in self.fit_iter(X, y, constraints=constraints):
            pass
        return self

    def fit_iter(
        self, X: ArrayLike, y: object = None, *, constraints: ConstraintSet | None = None
    ) -> Iterator[EpochReport]:
        """Fit as ``fit`` does and report about once a second; closing the iterator leaves the estimator as it was."""
        features = check_array(X, dtype=np.float32, estimator=self, input_name="X")
        check_n_clusters(self.n_clusters, len(features))
        if constraints is not None:
            warn_ignored(constraints, "multisub")
        clip, items = self._clip(features.shape[1]), torch.tensor(np.ascontiguousarray(features))
        state, before, done = self._begin(clip, items, clip.projection()), None, 0
        for done in range(1, self.alternations + 1):
            alignment = Alignment(
                state,
                epochs=self.alignment_epochs,
                rate=self.learning_rate,
                projection_rate=self.projection_rate,
                batch_size=self.batch_size,
                generator=self.generator("alignment", done),
            )
            yield from train(alignment, self.alignment_epochs)
            separation = Separation(
                state,
                balance=self.balance,
                margin=self.margin,
                projection_rate=self.projection_rate,
                batch_size=self.batch_size,
                generator=self.generator("separation", done),
                before=before,
            )
            if separation.changed is not None and separation.changed <= self.tol:
                break
            before = separation.labels
            yield from train(separation, self.separation_epochs)
        projection = state.projection.detach()
        values, nearness = yield from self._found(clip, items, projection)
        kept, labels, centers = self._clusters(values, nearness)
        self.labels_, self.cluster_centers_ = labels, centers
        self.names_ = self._names(labels, nearness, kept)
        self.kept_words_, self.projection_, self.n_iter_ = kept, projection.numpy(), done
        validate_data(self, X, skip_check_array=True)  # Notes the columns, and only now that nothing can fail.

    def transform(self, X: ArrayLike) -> NDArray[np.float32]:
        """Return words and pictures joined (m, w + d), each part of length 1: what clusters are made of."""
        return self._read(X)[0]

    def predict(self, X: ArrayLike) -> NDArray[np.int64]:
        """Return the cluster (m,) of pictures, new ones or known."""
        values, nearness = self._read(X)
        if self.n_clusters is None:
            named: NDArray[np.int64] = nearness[:, self.kept_words_].argmax(axis=1).astype(np.int64)
            return named
        return _nearest(values, self.cluster_centers_)

    def generator(self, *names: str | int) -> torch.Generator:
        """Return a generator of random numbers for one purpose."""
        return torch.Generator().manual_seed(child_seed(self.random_state, *names))

    def _clip(self, width: int) -> Clip:
        """Return the model that made features of a width, and check what belongs to it."""
        if len(set(self.words)) < 2 or len(set(self.words)) < len(self.words):
            raise InvalidInputError(
                f"the reference words are {', '.join(self.words) or 'none'}; give two or more, each once"
            )
        clip = get_joint_encoder(self.encoder)
        if clip.dimensions != width:
            raise InvalidInputError(
                f"X has {width} features but pictures have {clip.dimensions} under {clip.name}; give what that encoder "
                "returned"
            )
        return clip

    def _begin(self, clip: Clip, items: Tensor, projection: Tensor) -> Proxies:
        scale = float(clip.model.logit_scale.exp()) if hasattr(clip.model, "logit_scale") else _SCALE
        prompted = clip.prompt(self.template)
        return Proxies(items, clip.embed_words(self.words), projection, prompted, scale, self.sharpness)

    def _found(
        self, clip: Clip, items: Tensor, projection: Tensor
    ) -> Generator[EpochReport, None, tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """Find the words of pictures with the projection held, each by itself.

        The last value is words and pictures joined (m, w + d), and the cosines (m, r) of words to reference words.
        """
        values, nearness = [], []
        for part in torch.split(items, _AT_ONCE):
            state = self._begin(clip, part, projection)
            alignment = Alignment(
                state,
                epochs=self.alignment_epochs,
                rate=self.learning_rate,
                projection_rate=0.0,
                batch_size=len(part),
                generator=None,
            )
            yield from train(alignment, self.alignment_epochs)
            with torch.no_grad():
                values.append(joined(state.proxies(), state.pictures()).numpy())
                nearness.append(state.nearness().numpy())
        return np.concatenate(values), np.concatenate(nearness)

    def _read(self, X: ArrayLike) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        check_is_fitted(self)
        items = torch.tensor(np.ascontiguousarray(validate_data(self, X, dtype=np.float32, reset=False)))
        finding = self._found(self._clip(items.shape[1]), items, torch.tensor(self.projection_))
        while True:
            try:
                next(finding)
            except StopIteration as end:
                found: tuple[NDArray[np.float32], NDArray[np.float32]] = end.value
                return found

    def _clusters(
        self, values: NDArray[np.float32], nearness: NDArray[np.float32]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
        """Return the words that clusters may be named by, labels (n,) and centers (k, w + d)."""
        if self.n_clusters is None:
            kept, labels = np.unique(nearness.argmax(axis=1), return_inverse=True)
            centers = np.stack([values[labels == cluster].mean(axis=0) for cluster in range(len(kept))])
            return kept, labels.astype(np.int64), centers
        seed = child_seed(self.random_state, "clusters")
        centers = KMeans(self.n_clusters, n_init=10, random_state=seed).fit(values).cluster_centers_.astype(np.float32)
        return np.arange(nearness.shape[1]), _nearest(values, centers), centers

    def _names(
        self, labels: NDArray[np.int64], nearness: NDArray[np.float32], kept: NDArray[np.int64]
    ) -> tuple[str, ...]:
        """Return a word for each cluster, each once, so that pictures are as near to them as can be."""
        k = len(kept) if self.n_clusters is None else self.n_clusters
        mean = np.full((k, len(kept)), -1.0)
        for cluster in np.unique(labels):
            mean[cluster] = nearness[labels == cluster][:, kept].mean(axis=0)
        names = [""] * k
        for cluster, word in zip(*linear_sum_assignment(mean, maximize=True), strict=True):
            names[cluster] = self.words[kept[word]]
        return tuple(names)


def _nearest(values: NDArray[np.float32], centers: NDArray[np.float32]) -> NDArray[np.int64]:
    nearest: NDArray[np.int64] = pairwise_distances_argmin(values, centers).astype(np.int64)
    return nearest
