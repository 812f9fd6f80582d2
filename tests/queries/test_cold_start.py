from dataclasses import replace

import numpy as np
import pytest

from clusteer.neighbors import build_index
from clusteer.queries.cold_start import LANDMARKS, first_questions, representatives
from tests.blobs import blob_index, blobs

INDEX = blob_index(n=400)
TRUTH = blobs(400)[1]
ALL = np.arange(400)


@pytest.mark.parametrize("seed", [0, 1])
def test_representatives_cover_every_blob_largest_region_first(seed: int) -> None:
    found = representatives(INDEX, 4, seed)
    assert sorted(TRUTH[found]) == [0, 1, 2, 3]
    assert np.array_equal(found, representatives(INDEX, 4, seed))


def test_a_representative_is_at_the_heart_of_its_cell() -> None:
    found = representatives(INDEX, len(np.unique(INDEX.cells)), 0)
    assert sorted(INDEX.cells[found]) == sorted(np.unique(INDEX.cells))
    sizes = np.bincount(INDEX.cells)[INDEX.cells[found]]
    assert (np.diff(sizes) <= 0).all()
    for item in found:
        cell = np.flatnonzero(INDEX.cells == INDEX.cells[item])
        apart = ((INDEX.embedding[cell] - INDEX.embedding[cell].mean(axis=0)) ** 2).sum(axis=1)
        assert item == cell[np.argmin(apart)]


def test_a_large_region_comes_before_a_small_one() -> None:
    features = np.concatenate([blobs(400)[0][::4], blobs(400)[0][1::4][:20]])
    found = representatives(build_index(features, "test"), 2, 0)
    assert found[0] < 100 <= found[1]


def test_cells_without_items_are_passed_over() -> None:
    gaps = replace(INDEX, cells=INDEX.cells * 3)
    assert np.array_equal(representatives(gaps, 4, 0), representatives(INDEX, 4, 0))


def test_no_more_items_than_there_are_cells() -> None:
    cells = len(np.unique(INDEX.cells))
    assert len(set(representatives(INDEX, 1000, 0).tolist())) == cells


def test_the_first_pairs_share_a_typical_item_and_the_least_alike_come_first() -> None:
    questions = first_questions(INDEX, ALL, 10, 0)
    assert len(questions) == 10
    landmark = representatives(INDEX, LANDMARKS, 0)[0]
    assert {question.items[0] for question in questions} == {landmark}
    others = [question.items[1] for question in questions]
    assert len({*others, landmark}) == 11
    likeness = INDEX.embedding[others] @ INDEX.embedding[landmark]
    assert (np.diff(likeness) >= 0).all()
    assert TRUTH[others[0]] != TRUTH[landmark]
    assert all(question.kind == "same" and not question.options and question.why for question in questions)


def test_items_that_may_not_be_asked_about_are_not() -> None:
    allowed = np.setdiff1d(ALL, representatives(INDEX, LANDMARKS, 0)[:5])
    shown = {item for question in first_questions(INDEX, allowed, 400, 0) for item in question.items}
    assert shown == set(allowed.tolist())
    few = np.array([17, 251])
    ((first, second),) = [question.items for question in first_questions(INDEX, few, 5, 0)]
    assert {first, second} == {17, 251}


@pytest.mark.parametrize("allowed", [[], [7]])
def test_there_is_no_pair_of_fewer_than_two_items(allowed: list[int]) -> None:
    assert first_questions(INDEX, np.array(allowed, np.int64), 3, 0) == []


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_tiny_collection(n: int) -> None:
    index = build_index(np.ones((n, 3), np.float32), "test")
    questions = first_questions(index, np.arange(n), 5, 0)
    assert len(questions) == n - 1
    assert all(len(set(question.items)) == 2 for question in questions)
