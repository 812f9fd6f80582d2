import torch

from clusteer.data.shifts import shifted


def test_pictures_move_as_they_are_and_each_by_itself() -> None:
    pictures = torch.zeros(200, 2, 9, 7)
    pictures[:, 0, 4, 3], pictures[:, 1, 4, 3] = 1, 2
    moved = shifted(pictures, 2, torch.Generator().manual_seed(0))
    assert moved.shape == pictures.shape
    assert torch.equal(moved.sum(dim=(2, 3)), pictures.sum(dim=(2, 3)))
    places = moved[:, 0].flatten(1).argmax(dim=1)
    assert torch.equal(places, moved[:, 1].flatten(1).argmax(dim=1))
    assert {(int(place) // 7 - 4, int(place) % 7 - 3) for place in places} == {
        (down, right) for down in range(-2, 3) for right in range(-2, 3)
    }


def test_what_comes_in_from_outside_is_empty_and_no_shift_is_none() -> None:
    pictures = torch.ones(3, 1, 4, 4)
    moved = shifted(pictures, 1, torch.Generator().manual_seed(1))
    assert set(moved.flatten().tolist()) <= {0.0, 1.0}
    assert moved.sum() < pictures.sum()
    assert shifted(pictures, 0, torch.Generator()) is pictures
