"""Scenes show what they say they show, and training never sees what is held out."""

import numpy as np
import pytest
from numpy.typing import NDArray

from clusteer.data import load, scenes
from clusteer.data.builtin import criteria, load_pixels

RGB = {"red": (214, 38, 44), "green": (44, 160, 62), "blue": (40, 84, 214), "yellow": (242, 214, 40)}


@pytest.fixture(scope="module")
def drawn() -> tuple[NDArray[np.uint8], dict[str, NDArray[np.int64]]]:
    return scenes.drawn(4, 7)


def test_the_named_set_has_all_combinations_alike() -> None:
    images = load("scenes")
    form, color = images.truths["form"], images.truths["color"]
    assert len(images) == 1600
    assert tuple(images.truths) == criteria("scenes") == tuple(scenes.CRITERIA)
    assert np.bincount(form * 4 + color).tolist() == [100] * 16
    assert not np.array_equal(form, np.sort(form))
    assert np.array_equal(load_pixels("scenes"), scenes.draw()[0])


def test_the_same_seed_draws_the_same_pictures_and_another_others() -> None:
    one, two, other = (scenes.drawn(1, seed)[0] for seed in (3, 3, 4))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)


def test_training_holds_one_kind_of_four_forms_in_four_colors_out_and_the_set_has_no_other() -> None:
    shown, truths = scenes.training(20_000, np.random.RandomState(0)), load("scenes").truths
    seen = np.zeros((8, 8, 2, 3), int)
    np.add.at(seen, tuple(shown.truths.values()), 1)
    assert (seen == 0).sum() == 16
    assert ((seen == 0).sum(axis=(2, 3)) == np.pad(np.ones((4, 4), int), (0, 4))).all()
    assert seen[seen > 0].min() > 20
    assert (seen[tuple(truths.values())] == 0).all()


def test_a_scene_has_the_color_it_says(drawn: tuple[NDArray[np.uint8], dict[str, NDArray[np.int64]]]) -> None:
    pixels, truths = drawn
    named = np.array([RGB[name] for name in scenes.COLORS[:4]], float)
    flat = pixels.reshape(len(pixels), -1, 3).astype(float)
    # Of the pixels that are most colourful, most are of the form.
    vivid = np.argsort(flat.max(axis=2) - flat.min(axis=2), axis=1)[:, -60:]
    seen = np.take_along_axis(flat, vivid[..., None], axis=1).mean(axis=1)
    hues = seen / np.linalg.norm(seen, axis=1, keepdims=True)
    nearest = (hues @ (named / np.linalg.norm(named, axis=1, keepdims=True)).T).argmax(axis=1)
    assert (nearest == truths["color"]).mean() > 0.95


@pytest.mark.parametrize("form", scenes.FORMS)
def test_a_large_form_covers_more_than_a_small_one(form: str) -> None:
    number = scenes.FORMS.index(form)
    covered = []
    for size in (0, 1):
        alike = np.zeros(8, np.int64)
        shown = scenes.Scenes(alike + number, alike, alike + size, alike)
        pixels = scenes.render(shown, np.random.RandomState(5)).astype(int)
        covered.append(((pixels[..., 0] - pixels[..., 1:].max(axis=3)) > 70).mean())
    assert covered[1] > 1.5 * covered[0] > 0.01
