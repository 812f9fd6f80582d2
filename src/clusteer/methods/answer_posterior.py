"""What the answers say once each has been held against all the others: soft groups, error rate, mixture of experts."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from clusteer.methods.coarse_groups import told_without_own
from clusteer.methods.linear_head import LinearHead, fit_linear_head
from clusteer.methods.seeds import Seeds

RIDGE = 0.1
"""Ridge of the head that the answers train."""
ROUNDS = 3
PRIOR = 1.0
"""Answers that each group is granted before its own are counted."""
OPENING = 3.0
"""Concentration of the Chinese restaurant process: the t-th answer opens a group with probability 3 / (3 + t)."""
PATIENCE = 3.0
"""Answers per group after which an opened group that nobody joined is believed 1/e as much."""
ERRORS, ANSWERS = 1.0, 10.0
"""Prior of the error rate: one wrong answer in ten, soon outweighed."""
ECHO = 0.2
"""Error rate at which a model that has not heard an answer in any way has as much of a say as the two experts."""
SHARPNESSES = (0.0, 0.125, 0.25, 0.5, 1.0)
"""Powers of what such a model says; at 0 it has nothing to say, as where the features do not hold the criterion."""
RATES = np.linspace(0.01, 0.5, 50)
"""Error rates under which its word is held against the answers."""
LEAST = 1e-4
"""The smallest probability that such a model's word can give a group."""
HEAD_EVIDENCE = 20.0
"""Difference of log-likelihood (nats) that makes the head lead by e to 1."""
GRAPH_POWERS = (0.0, 0.25, 0.5, 1.0)
HEAD_SCALES = (0.0, 2.0, 4.0, 8.0)
COARSE_POWERS = (0.0, 0.25, 0.5, 0.75, 1.0)
COARSE_ECHO = 0.05
"""Error rate at which coarse groups have half their say about answers: where no answer is wrong, those that differ from
most about their coarse group are the ones to learn from."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class AnswerPosterior:
    """What is believed of m answered items.

    Attributes
    ----------
    soft : (m, k) float64
        Probability that each item belongs to each group, its own answer and all others considered.
    predicted : (m, k) float64
        The same without its own answer.
    importance : (m,) float64
        Share of the collection that each answered item stands for; sums to 1.
    error_rate : float
        Estimated probability that an answer is wrong.
    graph_power, head_scale : float
        The mixture: p is proportional to share * graph**graph_power * exp(head_scale * head score).
    coarse_power : float
        What coarse groups say counts besides, to this power.
    head_share : float
        Belief, 0 to 1, that the linear head and not the graph serves this criterion.
    head : LinearHead
        The head fitted to ``soft``.
    """

    soft: NDArray[np.float64]
    predicted: NDArray[np.float64]
    importance: NDArray[np.float64]
    error_rate: float
    graph_power: float
    head_scale: float
    coarse_power: float
    head_share: float
    head: LinearHead

    @property
    def shares(self) -> Floats:
        """(k,) estimated share of the collection in each group."""
        return _shares(len(self.soft) * self.importance @ self.soft)


def answer_posterior(
    seeds: Seeds,
    embedding: NDArray[np.float32],
    responses: NDArray[np.float32],
    reach: NDArray[np.float64],
    importance: NDArray[np.float64],
    coarse: NDArray[np.int64],
) -> AnswerPosterior:
    """Hold each answer against the prediction made without it, and believe it accordingly.

    An answer is right with probability 1 - e, else it names one of the other groups at random. Both experts predict
    each answered item from the other answers alone: the graph by leaving out the item's own response, the head by the
    exact leave-one-out of ridge regression. Each round predicts, mixes the experts by the likelihood of the answers,
    weighs each answer by Bayes' rule and estimates e. Beside these, what the other answers about its coarse groups say
    of an item counts to the power that makes all answers likeliest; about the answers themselves it counts e / (e +
    0.05) of that. Strategies ask where the model wavers, so answers are weighted
    by the share of the collection they stand for; otherwise the expert that chose the questions looks worse than it is.
    Of an item that opened a group the others cannot tell; that it did is as likely as the Chinese restaurant process
    has it, and less so the longer nobody joins. O(m^2 k + m d^2 + d^3) a round.

    Parameters
    ----------
    seeds : Seeds
        m answered items and their groups, k in all.
    embedding : (m, d) float32
        Their unit rows.
    responses : (m, m) float32
        Column j: diffused response of the answered items to a seed at item j.
    reach : (m,) float64
        Sum of each response over the whole collection.
    importance : (m,) float64
        Share of the collection that each answered item stands for; sums to 1.
    coarse : (m, p) int64
        Their coarse groups in p partitions (``methods.coarse_groups``).
    """
    m, k, groups = len(seeds.items), seeds.n_groups, seeds.groups
    rows = np.arange(m)
    stated = np.zeros((m, k))
    stated[rows, groups] = 1
    own = np.diag(responses).astype(np.float64)
    openers = np.unique(groups, return_index=True)[1]
    opening = np.zeros((m, 1))
    opening[openers, 0] = OPENING / (OPENING + openers) * np.exp(-(m - 1 - openers) / (PATIENCE * k))
    soft, error_rate = stated, ERRORS / ANSWERS
    for _ in range(ROUNDS):
        head = fit_linear_head(embedding, soft, RIDGE)
        received = responses @ soft - own[:, None] * soft
        mass = reach @ soft - reach[:, None] * soft
        graph = np.maximum(np.where(mass > 0, received / np.maximum(mass, 1e-9), 0), 0) + 1e-9
        log_graph = np.log(graph / graph.sum(axis=1, keepdims=True))
        # What a group weighs without the item: wrong answers scatter over small groups, which must not gain by it.
        shares = _shares(m * (importance @ soft - importance[:, None] * soft))
        log_share, log_coarse = np.log(shares), told_without_own(coarse, soft, shares)

        def predict(
            power: float,
            scale: float,
            coarse_power: float = 0.0,
            graph: Floats = log_graph,
            head: Floats = head.left_out,
            coarse: Floats = log_coarse,
            share: Floats = log_share,
        ) -> Floats:
            return softmax(power * graph + scale * head + coarse_power * coarse + share)

        def likelihood(power: float, scale: float, coarse_power: float = 0.0, error_rate: float = error_rate) -> float:
            told = predict(power, scale, coarse_power)[rows, groups]
            return float(importance @ np.log((1 - error_rate) * told + error_rate / k))

        fits = {(power, scale): likelihood(power, scale) for power in GRAPH_POWERS for scale in HEAD_SCALES}
        power, scale = max(fits, key=lambda mixture: fits[mixture])
        beside = {coarse_power: likelihood(power, scale, coarse_power) for coarse_power in COARSE_POWERS}
        coarse_power = max(beside, key=lambda number: beside[number])
        say = coarse_power * error_rate / (error_rate + COARSE_ECHO)
        predicted = (1 - opening) * predict(power, scale, say) + opening * stated
        soft, error_rate = _joined(seeds, predicted, error_rate)
    graph_alone = max(fits[power, 0.0] for power in GRAPH_POWERS if power)
    head_alone = max(fits[0.0, scale] for scale in HEAD_SCALES if scale)
    answers = 1 / float((importance**2).sum())
    return AnswerPosterior(
        soft=soft,
        predicted=predicted,
        importance=importance,
        error_rate=error_rate,
        graph_power=power,
        head_scale=scale,
        coarse_power=coarse_power,
        head_share=float(expit((head_alone - graph_alone) * answers / HEAD_EVIDENCE)),
        head=fit_linear_head(embedding, soft, RIDGE),
    )


def reconsidered(posterior: AnswerPosterior, seeds: Seeds, places: NDArray[np.int64], told: Floats) -> AnswerPosterior:
    """Hold some answers against one more prediction each, of a model that has not heard them, and believe all anew.

    Both experts of ``answer_posterior`` leave out the item's own answer, yet its neighbors are believed partly because
    of it, so a wrong one bears itself out. Their prediction and the other are joined in a logarithmic opinion pool
    (Genest and Zidek, *Combining probability distributions*, 1986), where the other counts e / (e + 0.2) at an error
    rate e: where no answer is wrong none bears itself out, and the other, who has heard less, would only raise doubts.
    How sharp the other may be is chosen by the likelihood of the answers, which it has not heard. Beliefs and the error
    rate follow by expectation and maximization. The head stays as it was fitted. O(m k).

    Parameters
    ----------
    posterior : AnswerPosterior
        What is believed of the m answered items.
    seeds : Seeds
        These items and their groups.
    places : (p,) int64
        Which of them there is another prediction of.
    told : (p, k) float64
        What it says.
    """
    predicted, error_rate = posterior.predicted.copy(), posterior.error_rate
    own = np.log(predicted[places] + np.finfo(np.float64).tiny)
    other = _fitting_sharpness(told, seeds.groups[places]) * np.log(np.maximum(told, LEAST))
    for _ in range(ROUNDS):
        say = error_rate / (error_rate + ECHO)
        predicted[places] = softmax((1 - say) * own + say * other)
        soft, error_rate = _joined(seeds, predicted, error_rate)
    return replace(posterior, soft=soft, predicted=predicted, error_rate=error_rate)


def _fitting_sharpness(told: Floats, named: NDArray[np.int64]) -> float:
    """Return the power of what is told (p, k) that predicts the groups that were named (p,) best.

    Each at the error rate of the answers that is the likeliest with it: the one found so far is too low as long as
    wrong answers bear themselves out, and would take every disagreement for a mistake of who tells.
    """
    prior = ERRORS * np.log(RATES) + (ANSWERS - ERRORS) * np.log1p(-RATES)

    def fit(power: float) -> float:
        right = softmax(power * np.log(np.maximum(told, LEAST)))[np.arange(len(named)), named]
        answers = np.log((1 - RATES[:, None]) * right + RATES[:, None] / told.shape[1])
        return float((answers.sum(axis=1) + prior).max())

    return max(SHARPNESSES, key=fit)


def taken_at_their_word(seeds: Seeds, error_rate: float) -> Floats:
    """Return what m answers alone say of their items (m, k), each right with probability 1 - ``error_rate``."""
    heard = _heard(seeds, error_rate)
    soft: Floats = heard / heard.sum(axis=1, keepdims=True)
    return soft


def _joined(seeds: Seeds, predicted: Floats, error_rate: float) -> tuple[Floats, float]:
    """Join predictions (m, k) with what was answered: return what is believed, and the error rate that follows."""
    soft = predicted * _heard(seeds, error_rate)
    soft /= soft.sum(axis=1, keepdims=True)
    wrong = seeds.overruled + float((1 - soft[np.arange(len(soft)), seeds.groups]).sum())
    return soft, (wrong + ERRORS) / (len(soft) + seeds.overruled + ANSWERS)


def _heard(seeds: Seeds, error_rate: float) -> Floats:
    """Return the likelihood (m, k) of what was answered, by the group that each item is of."""
    right = (seeds.weights * (1 - error_rate))[:, None]
    stated = np.arange(seeds.n_groups) == seeds.groups[:, None]
    once = np.where(stated, right, (1 - right) / max(seeds.n_groups - 1, 1))
    heard: Floats = once * (error_rate / (1 - error_rate)) ** seeds.repeated
    return heard


def _shares(answers: Floats) -> Floats:
    granted = answers + PRIOR
    shares: Floats = granted / granted.sum(axis=-1, keepdims=True)
    return shares


def softmax(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Row-wise softmax of (n, k)."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    normalised: NDArray[np.float64] = shifted / shifted.sum(axis=1, keepdims=True)
    return normalised
