"""Copies are found whatever was done to them, and pictures that merely resemble each other are not taken for copies."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clusteer.core.errors import NotFoundError
from clusteer.core.index import Index
from clusteer.data import ImageSet, load
from clusteer.neighbors import build_index
from clusteer.sessions.duplicates import CANDIDATES, Duplicates, find_duplicates

COPIES = ((10, 90, 1), (30, 75, 1), (50, 30, 1), (70, 100, 0.5), (90, 75, 0.5), (110, 50, 2), (120, 95, 0.75))
"""Row of a picture, quality of its copy, and by how much that is scaled."""


def index_of(images: ImageSet, size: int = 8) -> Index:
    pixels = images.pixels(np.arange(len(images)), size).reshape(len(images), -1)
    return build_index(pixels.astype(np.float32) + 1, "pixels")


def jpeg(image: Image.Image, quality: int) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file)


def scaled(image: Image.Image, by: float) -> Image.Image:
    return image.resize((round(image.width * by), round(image.height * by)), Image.Resampling.BICUBIC)


def test_reencoded_and_resized_copies_are_found_and_nothing_else(tmp_path: Path) -> None:
    inks = load("inks").subset(np.arange(0, 2000, 16))
    for row in range(len(inks)):
        inks.image(row).save(tmp_path / f"{row:03d}.png")
    for row, quality, by in COPIES:
        jpeg(scaled(inks.image(row), by), quality).save(tmp_path / f"{row:03d}-copy.jpg")
    (tmp_path / "exact.png").write_bytes((tmp_path / "010.png").read_bytes())
    images = ImageSet.from_folder(tmp_path)
    row_of = {name: row for row, name in enumerate(images.ids)}
    found = find_duplicates(images, index_of(images))
    exact = Duplicates("exact", (row_of["010.png"], row_of["exact.png"]))
    near = [(row_of[f"{row:03d}-copy.jpg"], row_of[f"{row:03d}.png"]) for row, _, _ in COPIES]
    assert found == [exact, *(Duplicates("near", pair) for pair in near)]
    left_out = {row_of["exact.png"], row_of["030.png"]}
    assert find_duplicates(images, index_of(images), left_out) == [
        Duplicates("near", pair) for pair in near if row_of["030.png"] not in pair
    ]


def test_near_copies_are_found_behind_any_number_of_exact_ones() -> None:
    rng = np.random.default_rng(0)
    base = rng.integers(0, 256, (8, 8, 3), np.uint8).repeat(4, axis=0).repeat(4, axis=1)
    faint = np.clip(base.astype(int) + rng.integers(-2, 3, base.shape), 0, 255).astype(np.uint8)
    others = rng.integers(0, 256, (40, 32, 32, 3), np.uint8)
    n_copies = CANDIDATES + 3
    images = ImageSet.from_arrays("x", np.stack([*[base] * n_copies, faint, *others]))
    assert find_duplicates(images, index_of(images, 32)) == [
        Duplicates("exact", tuple(range(n_copies))), Duplicates("near", (0, n_copies))
    ]  # fmt: skip


def test_copies_of_one_picture_are_one_group_and_empty_pages_are_copies() -> None:
    rng = np.random.default_rng(1)
    scene = np.linspace(0, 240, 32).astype(int)[:, None, None] + np.zeros((32, 32, 3), int)
    empty = np.full((32, 32, 3), 250) - np.arange(3)
    pages = [scene, scene + 5, scene + 10, empty, empty - 1, *rng.integers(0, 256, (20, 32, 32, 3))]
    images = ImageSet.from_arrays("x", np.stack(pages).astype(np.uint8))
    # The first and the third differ by more than copies do.
    assert find_duplicates(images, index_of(images, 32)) == [Duplicates("near", (0, 1, 2)), Duplicates("near", (3, 4))]
    assert find_duplicates(images, index_of(images, 32), {1}) == [Duplicates("near", (3, 4))]


@pytest.mark.parametrize("change", [30, -30])
def test_another_brightness_or_a_mirror_image_is_another_picture(change: int) -> None:
    rng = np.random.default_rng(2)
    base = rng.integers(60, 190, (6, 6, 3)).repeat(6, axis=0).repeat(6, axis=1)
    images = ImageSet.from_arrays("x", np.stack([base, base + change, base[:, ::-1]]).astype(np.uint8))
    assert find_duplicates(images, index_of(images, 32)) == []


def test_items_without_pictures_have_exact_copies_only() -> None:
    values = np.random.default_rng(3).normal(size=(12, 4)).astype(np.float32)
    values[[3, 9]] = values[1]
    values[5] = values[4] + 1e-4
    images = ImageSet.from_features("x", values)
    index = build_index(values, "features")
    assert find_duplicates(images, index) == [Duplicates("exact", (1, 3, 9))]
    assert find_duplicates(images, index, {1}) == [Duplicates("exact", (3, 9))]
    assert find_duplicates(images, index, {1, 9}) == []


def test_progress_and_missing_pictures(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    for number in range(6):
        Image.fromarray(rng.integers(0, 256, (9, 9, 3), np.uint8)).save(tmp_path / f"{number}.png")
    images = ImageSet.from_folder(tmp_path)
    index = index_of(images)
    seen: list[tuple[int, int]] = []
    find_duplicates(images, index, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(6, 6)]
    (tmp_path / "2.png").unlink()
    assert find_duplicates(images, index, {2}) == []
    with pytest.raises(NotFoundError, match=r"2.png is gone"):
        find_duplicates(images, index)
