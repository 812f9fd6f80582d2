"""What the answers say once each has been held against all the others: soft groups, error rate, mixture of experts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clusteer.methods.linear_head import LinearHead, fit_linear_head

RIDGE = 0.1
ROUNDS = 3
OPENING = 3.0
"""Concentration of the Chinese restaurant process: the t-th answer opens a group with probability 3 / (3 + t)."""
PATIENCE = 3.0
"""Answers per group after which an opened group that nobody joined is believed 1/e as much."""
ERRORS, ANSWERS = 1.0, 10.0
"""Beta prior of the error rate: half a wrong answer in ten, soon outweighed."""
HEAD_EVIDENCE = 6.0
"""Difference of log-likelihood (nats) that makes the head lead by e to 1."""
GRAPH_POWERS = (0.25, 0.5, 1.0)
HEAD_SCALES = (2.0, 4.0, 8.0)


@dataclass(frozen=True, eq=False)
class AnswerPosterior:
    """What is believed of m answered items.

    Attributes
    ----------
    soft : (m, k) float64
        Probability that each item belongs to each group, its own answer and all others considered.
    importance : (m,) float64
        Share of the collection that each answered item stands for; sums to 1.
    error_rate : float
        Estimated probability that an answer is wrong.
    graph_power, head_scale : float
        The mixture: p is proportional to graph**graph_power * exp(head_scale * head score).
    head_share : float
        Belief, 0 to 1, that the linear head and not the graph serves this criterion.
    head : LinearHead
        The head fitted to ``soft``.
    """

    soft: NDArray[np.float64]
    importance: NDArray[np.float64]
    error_rate: float
    graph_power: float
    head_scale: float
    head_share: float
    head: LinearHead


def answer_posterior(
    responses: NDArray[np.float32],
    reach: NDArray[np.float64],
    importance: NDArray[np.float64],
    embedding: NDArray[np.float32],
    groups: NDArray[np.int64],
    n_clusters: int,
    weights: NDArray[np.float64],
    openers: NDArray[np.int64],
    confirmed: NDArray[np.float64],
) -> AnswerPosterior:
    """Hold each answer against the prediction made without it, and believe it accordingly.

    An answer is right with probability 1 - e, else it names one of the other groups at random. Both experts predict
    each answered item from the other answers alone: the graph by leaving out its own response, the head by the exact
    leave-one-out of ridge regression. Three rounds of: predict, mix by the likelihood of the answers, weigh each answer
    by Bayes' rule, estimate e. Strategies ask where the model wavers, so answers are weighted by the share of the
    collection they stand for; otherwise the expert that chose the questions looks worse than it is.
    O(rounds x (m^2 k + m d^2)).

    Parameters
    ----------
    responses : (m, m) float32
        Column j: diffused response of the answered items to a seed at item j.
    reach : (m,) float64
        Sum of each response over the whole collection.
    importance : (m,) float64
        Share of the collection that each answered item stands for; sums to 1.
    embedding : (m, d) float32
        Unit rows.
    groups : (m,) int64
        The group that the answers put each item in, 0..k-1.
    n_clusters : int
        Number of groups k.
    weights : (m,) float64
        How far each answer is believed beforehand, in (0, 1].
    """
    m, k = len(groups), n_clusters
    stated = np.zeros((m, k))
    stated[np.arange(m), groups] = 1
    own = np.diag(responses).astype(np.float64)
    novelty = np.zeros((m, 1))
    novelty[openers, 0] = OPENING / (OPENING + openers) * np.exp(-(m - 1 - openers) / (PATIENCE * k))
    soft, error_rate = stated, ERRORS / ANSWERS
    for _ in range(ROUNDS):
        head = fit_linear_head(embedding, soft, RIDGE)
        received = responses @ soft - own[:, None] * soft
        mass = reach @ soft - reach[:, None] * soft
        graph = np.where(mass > 1e-9, received / np.maximum(mass, 1e-9), 0) + 1e-9
        log_graph = np.log(graph / graph.sum(axis=1, keepdims=True))

        def likelihood(power: float, scale: float, log_graph: NDArray[np.float64] = log_graph,
                       head: LinearHead = head, error_rate: float = error_rate) -> float:  # fmt: skip
            predicted = softmax(power * log_graph + scale * head.left_out)[np.arange(m), groups]
            return float(importance @ np.log((1 - error_rate) * predicted + error_rate / k))

        mixtures = [(p, s) for p in (0.0, *GRAPH_POWERS) for s in (0.0, *HEAD_SCALES)]
        power, scale = max(mixtures, key=lambda mixture: likelihood(*mixture))
        graph_alone = max(likelihood(p, 0.0) for p in GRAPH_POWERS)
        head_alone = max(likelihood(0.0, s) for s in HEAD_SCALES)
        predicted = softmax(power * log_graph + scale * head.left_out)
        predicted = (1 - novelty) * predicted + novelty * stated
        right = weights * (1 - error_rate)
        heard = np.where(stated == 1, right[:, None], ((1 - right) / max(k - 1, 1))[:, None])
        soft = predicted * heard * (error_rate / (1 - error_rate)) ** confirmed
        soft /= soft.sum(axis=1, keepdims=True)
        error_rate = float((1 - soft[np.arange(m), groups]).sum() + ERRORS) / (m + ANSWERS)
    answers = 1 / float((importance**2).sum())
    head_share = float(1 / (1 + np.exp((graph_alone - head_alone) * answers / HEAD_EVIDENCE)))
    return AnswerPosterior(soft, importance, error_rate, power, scale, head_share, fit_linear_head(embedding, soft, RIDGE))


def softmax(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Row-wise softmax of (n, k)."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    normalised: NDArray[np.float64] = shifted / shifted.sum(axis=1, keepdims=True)
    return normalised
