from dataclasses import replace

import pytest
import torch
from torch import Tensor

from clusteer.data.views import RECIPES, Recipe, seeds_of, varied

STILL = Recipe()


def pictures(b: int = 6, c: int = 3, side: int = 16) -> Tensor:
    return torch.rand(b, c, side, side, generator=torch.Generator().manual_seed(0))


def seeds(b: int = 6, first: int = 0) -> Tensor:
    return torch.arange(first, first + b)


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("channels", [1, 3])
def test_a_view_depends_on_picture_and_seed_and_not_on_the_batch(name: str, channels: int) -> None:
    given = pictures(c=channels)
    together = varied(given, seeds(), RECIPES[name])
    alone = torch.cat([varied(given[i : i + 1], seeds()[i : i + 1], RECIPES[name]) for i in range(6)])
    order = torch.tensor([3, 0, 5, 1, 4, 2])
    assert together.shape == given.shape
    assert torch.allclose(together, alone, atol=1e-5)
    assert torch.allclose(varied(given[order], seeds()[order], RECIPES[name]), together[order], atol=1e-5)
    assert not torch.allclose(varied(given, seeds(first=6), RECIPES[name]), together)
    assert 0 <= together.min() <= together.max() <= 1


def test_where_nothing_may_differ_a_picture_stays() -> None:
    assert torch.allclose(varied(pictures(), seeds(), STILL), pictures(), atol=1e-5)


def test_the_global_generator_is_not_touched() -> None:
    state = torch.get_rng_state()
    varied(pictures(), seeds(), RECIPES["strong"])
    assert torch.equal(torch.get_rng_state(), state)


def test_a_mirror_mirrors_about_half_of_the_pictures() -> None:
    given = pictures(200)
    made = varied(given, seeds(200), replace(STILL, mirror=0.5))
    mirrored = torch.isclose(made, given.flip(3), atol=1e-4).flatten(1).all(dim=1)
    kept = torch.isclose(made, given, atol=1e-4).flatten(1).all(dim=1)
    assert (mirrored | kept).all()
    assert 70 < int(mirrored.sum()) < 130


def test_a_shift_moves_what_is_there() -> None:
    dot = torch.zeros(40, 1, 20, 20)
    dot[:, :, 10, 10] = 1
    made = varied(dot, seeds(40), replace(STILL, shift=0.2))
    rows = (made.sum(dim=(1, 3)) * torch.arange(20)).sum(dim=1) / made.sum(dim=(1, 2, 3))
    assert rows.std() > 1
    assert (rows - 10).abs().max() < 4.6


def test_a_crop_enlarges() -> None:
    half = torch.zeros(30, 1, 16, 16)
    half[:, :, 4:12, 4:12] = 1
    made = varied(half, seeds(30), replace(STILL, smallest=0.3))
    assert made.mean() > half.mean()


def test_a_turn_keeps_the_middle() -> None:
    disc = torch.zeros(10, 1, 17, 17)
    disc[:, :, 7:10, 7:10] = 1
    made = varied(disc, seeds(10), replace(STILL, turn=45.0))
    assert torch.allclose(made[:, :, 8, 8], disc[:, :, 8, 8], atol=1e-4)
    assert made.sum(dim=(1, 2, 3)) == pytest.approx(disc.sum(dim=(1, 2, 3)), rel=0.1)


def test_grey_has_no_colour_and_keeps_the_light() -> None:
    given = pictures()
    made = varied(given, seeds(), replace(STILL, grey=1.0))
    assert torch.allclose(made[:, 0], made[:, 1], atol=2e-3)
    assert torch.allclose(made[:, 0], (given * torch.tensor([0.299, 0.587, 0.114])[:, None, None]).sum(1), atol=2e-3)


def test_hue_turns_grey_into_itself() -> None:
    grey = pictures(c=1).repeat(1, 3, 1, 1)
    assert torch.allclose(varied(grey, seeds(), replace(STILL, hue=0.5, saturation=0.9)), grey, atol=5e-3)


def test_brightness_multiplies_and_contrast_keeps_the_mean() -> None:
    given = pictures() * 0.3 + 0.3
    bright = varied(given, seeds(), replace(STILL, brightness=0.4)) / given
    assert bright.flatten(1).std(dim=1).max() < 1e-4
    assert bright.mean(dim=(1, 2, 3)).std() > 0.05
    contrast = varied(given, seeds(), replace(STILL, contrast=0.4))
    light = torch.tensor([0.299, 0.587, 0.114])
    assert torch.allclose(contrast.mean(dim=(2, 3)) @ light, given.mean(dim=(2, 3)) @ light, atol=1e-4)


def test_blur_smooths_and_keeps_flat_pictures() -> None:
    given = pictures(8)
    made = varied(given, seeds(8), replace(STILL, blur=1.0))
    assert (made.flatten(1).std(dim=1) < given.flatten(1).std(dim=1)).all()
    flat = torch.full((8, 3, 12, 12), 0.4)
    assert torch.allclose(varied(flat, seeds(8), replace(STILL, blur=1.0)), flat, atol=1e-5)


def test_cutout_blanks_a_square_of_at_most_that_size() -> None:
    white = torch.ones(50, 1, 20, 20)
    made = varied(white, seeds(50), replace(STILL, cutout=0.5))
    blank = (made == 0).float().mean(dim=(1, 2, 3))
    assert 0 < blank.max() <= 0.3
    assert blank.std() > 0.01


def test_seeds_differ_by_seed_row_and_view() -> None:
    rows = torch.arange(1000)
    made = torch.cat([seeds_of(seed, rows, view) for seed in (0, 1, 2**40) for view in (0, 1, 2)])
    assert len(set(made.tolist())) == len(made)
    assert torch.equal(seeds_of(5, rows[10:20], 2), seeds_of(5, rows, 2)[10:20])
