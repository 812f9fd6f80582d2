from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from clusteer.core.index import unit_rows
from clusteer.methods.answer_posterior import (
    ANSWERS,
    COARSE_ECHO,
    COARSE_POWERS,
    ECHO,
    ERRORS,
    GRAPH_POWERS,
    HEAD_EVIDENCE,
    HEAD_SCALES,
    LEAST,
    OPENING,
    PATIENCE,
    PRIOR,
    RATES,
    RIDGE,
    ROUNDS,
    SHARPNESSES,
    AnswerPosterior,
    answer_posterior,
    reconsidered,
    softmax,
    taken_at_their_word,
)
from clusteer.methods.coarse_groups import GRANTED
from clusteer.methods.linear_head import fit_linear_head
from clusteer.methods.seeds import Seeds
from tests.methods.made_seeds import seeds_in

Matrix = NDArray[np.float64]


def seeds_of(groups: list[int], k: int) -> Seeds:
    return seeds_in(np.array(groups, np.int64), k)


class World:
    """Answers on a line: items near each other receive much of each other's response."""

    def __init__(self, places: list[float], groups: list[int], k: int) -> None:
        at = np.array(places)
        self.seeds = seeds_of(groups, k)
        self.embedding = unit_rows(np.stack([np.cos(at), np.sin(at)], axis=1))
        self.responses = np.exp(-4 * (at[:, None] - at) ** 2).astype(np.float32)
        self.reach = self.responses.sum(axis=0).astype(np.float64) * 3
        self.importance = np.full(len(at), 1 / len(at))
        self.coarse = np.stack([at > 0.75, 2 * at], axis=1).astype(np.int64)

    def posterior(self) -> AnswerPosterior:
        return answer_posterior(self.seeds, self.embedding, self.responses, self.reach, self.importance, self.coarse)

    def belief(self) -> Matrix:
        """(m,) how far each answer is believed."""
        believed: Matrix = self.posterior().soft[np.arange(len(self.seeds.items)), self.seeds.groups]
        return believed


def random_world(seed: int, m: int, k: int) -> World:
    rng = np.random.default_rng(seed)
    world = World(rng.uniform(0, 3, size=m).tolist(), [*range(k), *rng.integers(k, size=m - k).tolist()], k)
    weights, repeated = rng.uniform(0.3, 1, size=m), rng.integers(0, 2, size=(m, k)).astype(np.float64)
    repeated[np.arange(m), world.seeds.groups] = 0
    world.seeds = replace(world.seeds, weights=weights, repeated=repeated, overruled=int(rng.integers(0, 3)))
    world.importance = rng.dirichlet(np.ones(m))
    world.coarse = rng.integers(0, 3, size=(m, 2))
    return world


def two_camps(wrong: int | None = None) -> World:
    """Eight answers here, eight there, after which one may be wrong."""
    groups = [0, 1] * 8
    if wrong is not None:
        groups[wrong] = 1 - groups[wrong]
    return World([(i % 2) * 1.5 + i * 0.01 for i in range(16)], groups, 2)


def left_out_by_loops(world: World, soft: Matrix) -> tuple[Matrix, Matrix]:
    """Log graph prediction and head score (m, k) of each answered item, from the others alone."""
    m, k = soft.shape
    log_graph, head = np.zeros((m, k)), np.zeros((m, k))
    z, centred = world.embedding.astype(np.float64), soft - soft.mean(axis=0)
    for i in range(m):
        others = [j for j in range(m) if j != i]
        share = np.zeros(k)
        for group in range(k):
            received = sum(float(world.responses[i, j]) * soft[j, group] for j in others)
            mass = sum(world.reach[j] * soft[j, group] for j in others)
            share[group] = max(received / max(mass, 1e-9) if mass > 0 else 0.0, 0.0) + 1e-9
        log_graph[i] = np.log(share / share.sum())
        gram = z[others].T @ z[others] + RIDGE * np.eye(z.shape[1])
        head[i] = z[i] @ np.linalg.solve(gram, z[others].T @ centred[others])
    return log_graph, head


def shares_by_loops(world: World, soft: Matrix) -> Matrix:
    """Share of the collection (m, k) that each group has without each item."""
    m, k = soft.shape
    shares = np.zeros((m, k))
    for i in range(m):
        for group in range(k):
            others = sum(world.importance[j] * soft[j, group] for j in range(m) if j != i)
            shares[i, group] = m * others + PRIOR
    normalised: Matrix = shares / shares.sum(axis=1, keepdims=True)
    return normalised


def coarse_by_loops(world: World, soft: Matrix, shares: Matrix) -> Matrix:
    """Mean log-probability (m, k) of the groups of each item, by what the others of its coarse groups are believed."""
    (m, k), told = soft.shape, np.zeros(soft.shape)
    for i in range(m):
        for own in world.coarse.T:
            beside = [j for j in range(m) if j != i and own[j] == own[i]]
            for group in range(k):
                seen = sum(soft[j, group] for j in beside) + GRANTED * shares[i, group]
                told[i, group] += np.log(seen / (len(beside) + GRANTED)) / len(world.coarse.T)
    return told


def mixed(log_graph: Matrix, head: Matrix, shares: Matrix, power: float, scale: float) -> Matrix:
    raw = np.exp(power * log_graph + scale * head) * shares
    normalised: Matrix = raw / raw.sum(axis=1, keepdims=True)
    return normalised


def believed_by_loops(seeds: Seeds, predicted: Matrix, error_rate: float) -> tuple[Matrix, float]:
    """What is believed of items predicted without their answers, and the error rate, item by item."""
    (m, k), groups, soft = predicted.shape, seeds.groups.tolist(), predicted.copy()
    for i in range(m):
        right = seeds.weights[i] * (1 - error_rate)
        for group in range(k):
            heard = right if group == groups[i] else (1 - right) / max(k - 1, 1)
            soft[i, group] *= heard * (error_rate / (1 - error_rate)) ** seeds.repeated[i, group]
    soft /= soft.sum(axis=1, keepdims=True)
    wrong = sum(1 - soft[i, groups[i]] for i in range(m)) + seeds.overruled
    return soft, (wrong + ERRORS) / (m + seeds.overruled + ANSWERS)


def likelihood_by_loops(world: World, predicted: Matrix, error_rate: float) -> float:
    """Mean log-probability of the answers, each weighted by what it stands for."""
    (m, k), groups = predicted.shape, world.seeds.groups.tolist()
    told = (np.log((1 - error_rate) * predicted[i, groups[i]] + error_rate / k) for i in range(m))
    return float(sum(share * one for share, one in zip(world.importance, told, strict=True)))


def by_loops(world: World) -> tuple[Matrix, float, float, float, float, float]:
    """Soft groups, error rate, graph power, head scale, coarse power and head share, item by item."""
    seeds = world.seeds
    m, k = len(seeds.items), seeds.n_groups
    groups = seeds.groups.tolist()
    soft, error_rate = np.eye(k)[groups], ERRORS / ANSWERS
    for _ in range(ROUNDS):
        log_graph, head = left_out_by_loops(world, soft)
        shares = shares_by_loops(world, soft)
        fits = {}
        for power in GRAPH_POWERS:
            for scale in HEAD_SCALES:
                p = mixed(log_graph, head, shares, power, scale)
                fits[power, scale] = likelihood_by_loops(world, p, error_rate)
        power, scale = max(fits, key=lambda mixture: fits[mixture])
        coarse = coarse_by_loops(world, soft, shares)
        beside = {
            number: likelihood_by_loops(
                world, mixed(log_graph, head, shares * np.exp(number * coarse), power, scale), error_rate
            )
            for number in COARSE_POWERS
        }
        coarse_power = max(beside, key=lambda number: beside[number])
        say = coarse_power * error_rate / (error_rate + COARSE_ECHO)
        predicted = mixed(log_graph, head, shares * np.exp(say * coarse), power, scale)
        for i in range(m):
            if i == groups.index(groups[i]):
                opened = OPENING / (OPENING + i) * np.exp(-(m - 1 - i) / (PATIENCE * k))
                predicted[i] = (1 - opened) * predicted[i] + opened * np.eye(k)[groups[i]]
        soft, error_rate = believed_by_loops(seeds, predicted, error_rate)
    graph_alone = max(fits[power, 0.0] for power in GRAPH_POWERS if power > 0)
    head_alone = max(fits[0.0, scale] for scale in HEAD_SCALES if scale > 0)
    answers = 1 / sum(share**2 for share in world.importance)
    share = 1 / (1 + np.exp(-(head_alone - graph_alone) * answers / HEAD_EVIDENCE))
    return soft, error_rate, power, scale, coarse_power, share


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("m", "k"), [(5, 2), (7, 3), (15, 4)])
def test_the_posterior_is_the_one_found_item_by_item(seed: int, m: int, k: int) -> None:
    world = random_world(seed, m, k)
    found = world.posterior()
    soft, error_rate, power, scale, coarse_power, share = by_loops(world)
    assert (found.graph_power, found.head_scale, found.coarse_power) == (power, scale, coarse_power)
    assert found.soft == pytest.approx(soft, abs=1e-4)
    assert found.error_rate == pytest.approx(error_rate, abs=1e-4)
    assert found.head_share == pytest.approx(share, abs=1e-4)


@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(0, 12))
def test_what_is_believed_is_a_probability(seed: int, k: int, more: int) -> None:
    world = random_world(seed, k + more, k)
    found = world.posterior()
    assert (found.soft >= 0).all()
    assert found.soft.sum(axis=1) == pytest.approx(np.ones(k + more))
    assert 0 < found.error_rate < 1
    assert 0 <= found.head_share <= 1
    assert found.graph_power in GRAPH_POWERS
    assert found.head_scale in HEAD_SCALES
    assert found.importance is world.importance
    head = fit_linear_head(world.embedding, found.soft, RIDGE)
    assert np.array_equal(found.head.coefficients, head.coefficients)


def test_right_answers_are_believed_and_a_wrong_one_is_not() -> None:
    assert two_camps().belief().min() > 0.95
    believed = two_camps(wrong=10).belief()
    assert believed[10] < 0.3
    assert np.delete(believed, 10).min() > 0.9
    assert two_camps(wrong=10).posterior().error_rate > two_camps().posterior().error_rate


def test_an_answer_given_less_weight_is_believed_less() -> None:
    world = two_camps(wrong=10)
    before = world.belief()[10]
    world.seeds = replace(world.seeds, weights=np.where(np.arange(16) == 10, 0.5, 1.0))
    assert world.belief()[10] < before


def test_an_answer_repeated_is_believed_more() -> None:
    """One item between the camps, of which nobody else can tell."""
    world = World([0.0] * 8 + [1.5] * 8 + [0.8], [0] * 8 + [1] * 8 + [0], 2)
    belief = []
    for times in (0, 1, 2):
        repeated = np.zeros((17, 2))
        repeated[16, 1] = times
        world.seeds = replace(world.seeds, repeated=repeated)
        belief.append(world.belief()[16])
    assert belief[0] < belief[1] < belief[2]


def test_the_expert_that_predicts_the_answers_leads() -> None:
    """One camp on both sides of the other: no line parts them, their neighborhoods do. Then the other way round."""
    rng = np.random.default_rng(0)
    places = np.concatenate([rng.normal(0, 0.05, 10), rng.normal(1, 0.05, 10), rng.normal(2, 0.05, 10)])
    split = World(places.tolist(), [0] * 10 + [1] * 10 + [0] * 10, 2)
    graph_leads = split.posterior()
    assert graph_leads.graph_power > 0
    assert graph_leads.head_share < 0.5
    linear = World(np.linspace(-0.7, 0.7, 40).tolist(), [0] * 20 + [1] * 20, 2)
    linear.responses = rng.uniform(0.5, 1, size=(40, 40)).astype(np.float32)
    head_leads = linear.posterior()
    assert head_leads.head_scale > 0
    assert head_leads.head_share > 0.7


def test_where_there_is_one_group_nothing_is_in_doubt() -> None:
    found = World([0.0, 0.5, 2.0], [0, 0, 0], 1).posterior()
    assert (found.soft == 1).all()
    assert found.head_share == 0.5
    assert found.error_rate == pytest.approx(ERRORS / (3 + ANSWERS))


def test_one_answer_is_believed() -> None:
    assert World([0.0], [0], 1).posterior().soft.tolist() == [[1.0]]


def fitting_by_loops(told: Matrix, named: list[int]) -> float:
    k, best, chosen = told.shape[1], -np.inf, 0.0
    for power in SHARPNESSES:
        for rate in RATES:
            fit = ERRORS * np.log(rate) + (ANSWERS - ERRORS) * np.log(1 - rate)
            for row, group in zip(told, named, strict=True):
                sharp = np.maximum(row, LEAST) ** power
                fit += np.log((1 - rate) * sharp[group] / sharp.sum() + rate / k)
            if fit > best:
                best, chosen = fit, power
    return chosen


@pytest.mark.parametrize(("likely", "power"), [(0.9, 1.0), (0.6, 0.5), (0.2, 0.0)])
def test_answers_are_reconsidered_as_item_by_item(likely: float, power: float) -> None:
    world, rng = random_world(0, 40, 3), np.random.default_rng(0)
    before, places = world.posterior(), np.sort(rng.permutation(40)[:25])
    named = world.seeds.groups[places]
    says = np.where(rng.random(25) < likely, named, (named + 1) % 3)
    told = 0.1 * rng.dirichlet(np.ones(3), 25) + 0.9 * (np.arange(3) == says[:, None])
    told[0] = (1, 0, 0)
    assert fitting_by_loops(told, named.tolist()) == power
    found = reconsidered(before, world.seeds, places, told)
    predicted, error_rate = before.predicted.copy(), before.error_rate
    for _ in range(ROUNDS):
        say = error_rate / (error_rate + ECHO)
        for place, row in zip(places, told, strict=True):
            raw = [
                own ** (1 - say) * max(p, LEAST) ** (power * say)
                for own, p in zip(before.predicted[place], row, strict=True)
            ]
            predicted[place] = np.array(raw) / sum(raw)
        soft, error_rate = believed_by_loops(world.seeds, predicted, error_rate)
    assert found.predicted == pytest.approx(predicted)
    assert found.soft == pytest.approx(soft)
    assert found.error_rate == pytest.approx(error_rate)
    assert found.head is before.head


def test_who_has_not_heard_an_answer_speaks_for_it_or_against_it() -> None:
    world = two_camps(wrong=10)
    before, named = world.posterior(), world.seeds.groups[10]
    belief = []
    for right in (0.01, 0.5, 0.99):
        told = before.predicted.copy()  # Of the other answers, it says what they say.
        told[10] = 1 - right
        told[10, named] = right
        belief.append(reconsidered(before, world.seeds, np.arange(16), told).soft[10, named])
    assert belief[0] < belief[1] < belief[2]


def test_who_cannot_tell_the_groups_apart_overrules_nobody() -> None:
    """As where the features do not hold the criterion: what is told goes against half of the answers at random."""
    world, rng = two_camps(), np.random.default_rng(0)
    told = np.where(rng.random((16, 1)) < 0.5, (0.9, 0.1), (0.1, 0.9))
    found = reconsidered(world.posterior(), world.seeds, np.arange(16), told)
    assert found.soft[np.arange(16), world.seeds.groups].min() > 0.9


def test_a_long_session_stays_finite() -> None:
    world = random_world(0, 400, 3)
    world.seeds = replace(world.seeds, repeated=world.seeds.repeated * 300)
    found = world.posterior()
    assert np.isfinite(found.soft).all()
    assert np.isfinite(found.error_rate)


@given(st.lists(st.lists(st.floats(-800, 800), min_size=2, max_size=5), min_size=1, max_size=1))
def test_softmax_is_the_one_of_the_book(logits: list[list[float]]) -> None:
    exact = np.exp(np.array(logits, np.longdouble))
    assert softmax(np.array(logits)) == pytest.approx((exact / exact.sum()).astype(np.float64), rel=1e-9, abs=1e-300)


def test_an_answer_taken_at_its_word_is_right_as_often_as_answers_are() -> None:
    seeds = replace(seeds_of([0, 1, 2], 3), weights=np.array([1, 1, 0.5]))
    soft = taken_at_their_word(seeds, 0.1)
    assert soft == pytest.approx(np.array([[0.9, 0.05, 0.05], [0.05, 0.9, 0.05], [0.275, 0.275, 0.45]]))
    twice = replace(seeds, repeated=np.array([[0, 1, 0], [0, 0, 0], [0, 0, 0]]))
    assert taken_at_their_word(twice, 0.1)[0, 1] == pytest.approx(0.05 / 9 / (0.9 + 0.05 + 0.05 / 9))
    assert taken_at_their_word(seeds_of([0, 0], 1), 0.1).tolist() == [[1], [1]]
