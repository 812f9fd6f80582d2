"""How far each answer is to be believed, given all the others: a weight, never a deletion."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from clusteer.core.clustering import Clustering
from clusteer.core.questions import DIFFERENT, NONE, SAME, SKIP, UNSURE, Answer, Question, outside

LEAST = 0.01
"""The smallest weight: even an answer that everything speaks against may be the one that is right."""
ERRORS, ANSWERS = 1.0, 10.0
"""Prior of anybody's error rate: one wrong answer in ten, soon outweighed."""
ROUNDS = 10
"""Of expectation and maximization over people; rates settle to three digits in fewer."""


@dataclass(frozen=True)
class Reliability:
    """How far answers are believed.

    Attributes
    ----------
    weights : dict of str to float
        By the id of each standing answer that says something: the probability that it is right, in [0.01, 1].
    error_rates : dict of str to float
        By annotator: the estimated share of wrong answers.
    """

    weights: dict[str, float]
    error_rates: dict[str, float]

    def doubtful(self, below: float = 0.5) -> list[str]:
        """Return the ids of answers that are more likely wrong than right, the least believed first."""
        return sorted((id for id, weight in self.weights.items() if weight < below), key=self.weights.__getitem__)


def reliability(answers: Sequence[Answer], clustering: Clustering) -> Reliability:
    """Return how far each answer is believed.

    An answer is as likely to be right as what it states is under the groups of its items. The groups of an answered
    item are what the instant engine believes of it: what is predicted without the answer, by neighbors and by a head,
    joined by Bayes' rule with all that was answered about it, repetitions included. Where several people answered,
    each has an error rate of their own, and their answers are judged by it and no longer by the rate of all (Dawid and
    Skene, 1979, with one rate per person; by expectation and maximization). Where there is one group for all so far,
    what keeps items apart is believed as any answer is before others are known. O(answers x k).

    Parameters
    ----------
    answers : sequence of Answer
        Standing answers. Of those that state nothing of groups ("skip", "unsure", ``nearer``, ``difficulty``, and what
        accepted a cluster) nothing is said.
    clustering : Clustering
        The instant engine's, fitted with these answers.
    """
    judged = [(answer, right) for answer in answers if (right := _right(answer, clustering.proba)) is not None]
    if not judged:
        return Reliability({}, {})
    prior = np.clip([right for _, right in judged], LEAST, 1 - 1e-6)
    people, of = np.unique([answer.annotator for answer, _ in judged], return_inverse=True)
    pooled = _rates(prior, np.zeros(len(prior), np.int64), 1)[0]
    weights, rates = prior, np.full(len(people), pooled)
    if len(people) > 1:
        for _ in range(ROUNDS):
            rates = _rates(weights, of, len(people))
            weights = expit(logit(prior) + logit(pooled) - logit(rates[of]))
    weights = np.clip(weights, LEAST, 1.0)
    return Reliability(
        {answer.id: float(weight) for (answer, _), weight in zip(judged, weights, strict=True)},
        {str(person): float(rate) for person, rate in zip(people, rates, strict=True)},
    )


def _rates(weights: NDArray[np.float64], of: NDArray[np.int64], n_people: int) -> NDArray[np.float64]:
    wrong, given = np.bincount(of, 1 - weights, n_people), np.bincount(of, minlength=n_people)
    rates: NDArray[np.float64] = (wrong + ERRORS) / (given + ANSWERS)
    return rates


def _right(answer: Answer, proba: NDArray[np.float32]) -> float | None:
    """Return the probability that what an answer states of groups holds; None where it states nothing."""
    question, choice = answer.question, answer.choice
    if choice in (SKIP, UNSURE) or answer.source == "cluster":
        return None
    if proba.shape[1] == 1 and choice in (DIFFERENT, NONE):
        return 1 - ERRORS / ANSWERS  # Where there is one group for all so far, that speaks against nobody.
    match question.kind:
        case "same":
            together = _together(proba, *question.items)
            return together if choice == SAME else 1 - together
        case "member":
            (item,) = question.items
            leaders = [option[0] for option in question.options]
            return _apart(proba, item, leaders) if choice == NONE else _together(proba, item, leaders[int(choice) - 1])
        case "page":
            return _page(question, set(outside(question, choice)), proba)
    return None


def _together(proba: NDArray[np.float32], one: int, other: int) -> float:
    return float(proba[one].astype(np.float64) @ proba[other].astype(np.float64))


def _apart(proba: NDArray[np.float32], item: int, leaders: list[int]) -> float:
    """Return the probability that an item is in the group of none of these; several of one group count once."""
    return float(proba[item].astype(np.float64) @ np.prod(1 - proba[leaders].astype(np.float64), axis=0))


def _page(question: Question, out: set[int], proba: NDArray[np.float32]) -> float | None:
    """Return the mean over the items of a page, its leader left out."""
    leader = question.options[0][0]
    together = {item: _together(proba, item, leader) for item in question.items if item != leader}
    if not together:
        return None
    return float(np.mean([1 - likely if item in out else likely for item, likely in together.items()]))
