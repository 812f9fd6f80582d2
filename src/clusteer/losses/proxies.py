"""Multi-Sub: a word per picture inside the space of reference words, aligned with the picture, and its clusters."""

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity, normalize, softmax

from clusteer.losses._weighing import at_least_single


def word_weights(factors: Tensor, words: Tensor, sharpness: float = 1.0) -> Tensor:
    """Return how much of each reference word is in the word of each picture.

    ::

        a_ik = exp(s p_i . z_k / |z_k|) / sum_j exp(s p_i . z_j / |z_j|)

    Parameters
    ----------
    factors : (b, w) Tensor
        Latent factors p, which are learned.
    words : (r, w) Tensor
        Embeddings z of the reference words.
    sharpness : float
        s.

    Returns
    -------
    (b, r) Tensor
        Rows that sum to 1; the word of a picture is ``weights @ words`` (Eq. 2).

    Notes
    -----
    **Source**: Multi-Sub, Eq. 3, without the lengths of z and without s. Token embeddings are some 0.4 long, so that
    weights are nearly uniform and hardly move.
    """
    return softmax(sharpness * at_least_single(factors) @ normalize(at_least_single(words), dim=1).T, dim=1)


def alignment_loss(pictures: Tensor, texts: Tensor) -> Tensor:
    """Return how far pictures and the texts with their words point apart.

    ::

        (1 / b) sum_i (1 - cos(x_i, t_i))

    Parameters
    ----------
    pictures, texts : (b, d) Tensor
        x and t, in the common space.

    Returns
    -------
    Tensor
        A scalar in [0, 2]; exactly 0 for no pictures.

    Notes
    -----
    **Source**: Multi-Sub, Eq. 5, which has the negative inner product of what it calls unit vectors; up to a constant
    the same, and bounded.
    """
    apart = 1 - cosine_similarity(at_least_single(pictures), at_least_single(texts), dim=1)
    return apart.sum() / max(1, len(apart))


def joined(words: Tensor, pictures: Tensor) -> Tensor:
    """Return [w, x], each part of length 1: (b, w + d).

    Notes
    -----
    **Source**: Multi-Sub, section 3.4, where nothing is said of lengths. As they come, CLIP's pictures are 25 times as
    long as words: clusters would be those of pictures alone, and no two of them nearer than the margin.
    """
    return torch.cat([normalize(at_least_single(words), dim=1), normalize(at_least_single(pictures), dim=1)], dim=1)


def intra_cluster_loss(values: Tensor, labels: Tensor) -> Tensor:
    """Return the mean squared distance of two items of one cluster.

    ::

        (1 / N) sum_{i != j, y_i = y_j} |v_i - v_j|^2 = (1 / N) sum_c 2 n_c sum_{i in c} |v_i - mu_c|^2

    O(b d), no pair is written out.

    Parameters
    ----------
    values : (b, d) Tensor
        v.
    labels : (b,) long Tensor
        Clusters y, from 0.

    Returns
    -------
    Tensor
        A scalar, at least 0; exactly 0 where no two items are of one cluster.

    Notes
    -----
    **Source**: Multi-Sub, Eq. 6. Its released code takes the distance and not its square, which has no gradient where
    items coincide, and counts each item as a pair with itself.
    """
    values = at_least_single(values)
    k = int(labels.max()) + 1 if len(labels) else 0
    counts = torch.bincount(labels, minlength=k).to(values)
    means = values.new_zeros(k, values.shape[1]).index_add(0, labels, values) / counts.clamp(min=1)[:, None]
    spread = ((values - means[labels]) ** 2).sum(dim=1)
    pairs = (counts * (counts - 1)).sum()
    return 2 * (counts[labels] * spread).sum() / pairs.clamp(min=1)


def inter_cluster_loss(values: Tensor, labels: Tensor, margin: float = 1.0) -> Tensor:
    """Return by how much two items of different clusters are too near, on average.

    ::

        (1 / N) sum_{y_i != y_j} max(0, m - |v_i - v_j|)

    O(b^2 d): for batches.

    Parameters
    ----------
    values : (b, d) Tensor
        v.
    labels : (b,) long Tensor
        Clusters y.
    margin : float
        m, above 0.

    Returns
    -------
    Tensor
        A scalar in [0, m]; exactly 0 where all items are of one cluster.

    Notes
    -----
    **Source**: Multi-Sub, Eq. 7. Its released code masks before the hinge, so that each pair of one cluster adds m.
    Where two items coincide the gradient is 0 here.
    """
    values = at_least_single(values)
    first, second = torch.nonzero(torch.triu(labels[:, None] != labels[None], 1), as_tuple=True)
    squared = ((values[first] - values[second]) ** 2).sum(dim=1)
    apart = torch.where(squared > 0, squared, 1).sqrt() * (squared > 0)
    return (margin - apart).clamp(min=0).sum() / max(1, len(first))
