import pytest
import torch

from clusteer.core import InvalidInputError
from clusteer.methods.variations import Variations

ROWS = torch.tensor([3, 1, 1, 0])


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def test_features_are_masked_and_nothing_else() -> None:
    items = torch.rand(5, 40) + 1
    made = Variations(items, 0.3, "strong", generator())
    varied = made.varied(ROWS)
    assert len(made) == 5
    assert torch.equal(made.plain(ROWS), items[ROWS])
    assert torch.equal(varied[varied != 0], items[ROWS][varied != 0])
    assert 0.1 < (varied == 0).float().mean() < 0.5


def test_a_view_is_any_but_the_plain_one() -> None:
    items = torch.arange(3.0)[:, None, None].expand(3, 5, 2)
    made = Variations(items, 0.0, "strong", generator())
    assert not made.plain(ROWS).any()
    assert set(made.varied(ROWS.repeat(20)).flatten().tolist()) == {1.0, 2.0}


def test_pictures_are_varied_anew_each_time() -> None:
    items = torch.rand(5, 1, 8, 8)
    made = Variations(items, 0.5, "mild", generator())
    assert torch.equal(made.plain(ROWS), items[ROWS])
    first, second = made.varied(ROWS), made.varied(ROWS)
    assert first.shape == (4, 1, 8, 8)
    assert not torch.equal(first, second)
    assert not torch.equal(first[1], first[2])


def test_an_unknown_recipe_is_named() -> None:
    with pytest.raises(InvalidInputError, match="recipe is 'wild'; give one of mild, weak, strong"):
        Variations(torch.zeros(2, 2), 0.0, "wild", generator())
