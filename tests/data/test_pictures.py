"""Reference pixels for every mode a PNG, JPEG or WebP file can have."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from clusteer.core.errors import InvalidInputError
from clusteer.data.pictures import ArrayPictures, decode, to_rgb


def reread(image: Image.Image, format: str, **options: object) -> Image.Image:
    file = io.BytesIO()
    image.save(file, format, **options)
    file.seek(0)
    return decode(file)


def test_greyscale_is_spread_over_the_channels() -> None:
    out = reread(Image.fromarray(np.array([[0, 100], [200, 255]], np.uint8)), "PNG")
    assert out.mode == "RGB"
    assert np.asarray(out)[..., 0].tolist() == [[0, 100], [200, 255]]
    assert (np.asarray(out) == np.asarray(out)[..., :1]).all()


def test_black_and_white() -> None:
    assert np.asarray(reread(Image.new("1", (2, 2), 1), "PNG")).tolist() == [[[255] * 3] * 2] * 2


def test_palette_is_looked_up() -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([10, 20, 30, 200, 100, 50])
    image.putpixel((1, 0), 1)
    assert np.asarray(reread(image, "PNG")).tolist() == [[[10, 20, 30], [200, 100, 50]]]


def test_transparent_palette_entry_is_white() -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([10, 20, 30, 200, 100, 50])
    image.putpixel((1, 0), 1)
    assert np.asarray(reread(image, "PNG", transparency=0)).tolist() == [[[255, 255, 255], [200, 100, 50]]]


@pytest.mark.parametrize(("alpha", "expected"), [(0, [255, 255, 255]), (255, [200, 0, 100]), (51, [244, 204, 224])])
@pytest.mark.parametrize("format", ["PNG", "WEBP"])
def test_alpha_is_laid_over_white(alpha: int, expected: list[int], format: str) -> None:
    options = {"lossless": True, "exact": True} if format == "WEBP" else {}
    out = np.asarray(reread(Image.new("RGBA", (3, 2), (200, 0, 100, alpha)), format, **options))
    assert out.shape == (2, 3, 3)
    assert np.abs(out.astype(int) - expected).max() <= 1


def test_grey_with_alpha() -> None:
    assert np.asarray(reread(Image.new("LA", (1, 1), (0, 0)), "PNG")).tolist() == [[[255] * 3]]


def test_one_transparent_colour_is_white() -> None:
    image = Image.fromarray(np.array([[[1, 2, 3], [9, 8, 7]]], np.uint8))
    assert np.asarray(reread(image, "PNG", transparency=(1, 2, 3))).tolist() == [[[255] * 3, [9, 8, 7]]]


def test_cmyk() -> None:
    # No ink at all but full cyan, at best JPEG quality: red is gone, green and blue stay.
    out = np.asarray(reread(Image.new("CMYK", (16, 16), (255, 0, 0, 0)), "JPEG", quality=100)).astype(int)
    assert np.abs(out - [0, 255, 255]).max() <= 3


def test_sixteen_bit_grey_keeps_the_high_byte() -> None:
    levels = np.array([[0, 255, 256, 32768, 65535]], np.uint16)
    assert np.asarray(reread(Image.fromarray(levels), "PNG"))[..., 0].tolist() == [[0, 0, 1, 128, 255]]


def test_thirty_two_bit_grey_is_clipped_to_sixteen() -> None:
    assert np.asarray(to_rgb(Image.fromarray(np.array([[-5, 256, 70000]], np.int32))))[..., 0].tolist() == [[0, 1, 255]]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_every_exif_orientation_is_turned_upright(orientation: int, format: str) -> None:
    # Quarters of four greys, told apart after any lossy compression, in the order the orientation says they are stored.
    upright = np.kron(np.array([[0, 80], [160, 240]], np.uint8), np.ones((16, 24), np.uint8))
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.T,
        6: np.rot90(upright, 1),
        7: np.rot90(upright, 2).T,
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = Image.fromarray(np.ascontiguousarray(stored)).convert("RGB")
    out = np.asarray(reread(image, format, exif=exif.tobytes()))[..., 0].astype(int)
    assert out.shape == upright.shape
    assert np.abs(out - upright).mean() < 8


def test_turning_keeps_the_transparent_colour() -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    image = Image.fromarray(np.array([[[1, 2, 3], [9, 8, 7]]], np.uint8))
    out = reread(image, "PNG", transparency=(1, 2, 3), exif=exif.tobytes())
    assert np.asarray(out).tolist() == [[[9, 8, 7], [255] * 3]]


def test_unreadable_exif_loses_no_picture() -> None:
    out = reread(Image.new("RGB", (4, 2), "red"), "PNG", exif=b"Exif\0\0no TIFF header at all")
    assert np.asarray(out)[0, 0].tolist() == [255, 0, 0]


@pytest.mark.parametrize("format", ["WEBP", "PNG"])
def test_first_frame_of_an_animation(format: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    options = {"lossless": True} if format == "WEBP" else {}
    out = reread(frames[0], format, save_all=True, append_images=frames[1:], duration=50, **options)
    assert (np.asarray(out) == [255, 0, 0]).all()


@pytest.mark.filterwarnings("ignore")  # Pillow warns of the odd EXIF data this makes
@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(6, 60), st.integers(0, 255)), max_size=6))
def test_damaged_exif_never_stops_a_picture(changes: list[tuple[int, int]]) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x011A] = 6, "maker", 1.5
    data = bytearray(exif.tobytes())
    for position, value in changes:
        data[position % len(data)] = value
    assert sorted(reread(Image.new("RGB", (8, 16)), "PNG", exif=bytes(data)).size) == [8, 16]


def test_large_jpeg_is_decoded_smaller_but_not_below_what_is_needed() -> None:
    file = io.BytesIO()
    Image.effect_noise((400, 320), 60).save(file, "JPEG")
    assert decode(file).size == (400, 320)
    assert decode(file, at_least=100).size == (200, 160)


def test_other_formats_are_refused_whatever_they_are_called() -> None:
    file = io.BytesIO()
    Image.new("RGB", (2, 2)).save(file, "GIF")
    with pytest.raises(OSError, match="cannot identify"):
        decode(file)


def test_array_too_short_for_its_rows() -> None:
    pictures = ArrayPictures(lambda: np.zeros((3, 2, 2), np.uint8), np.array([0, 3]))
    with pytest.raises(InvalidInputError, match=r"holds 3 pictures but picture 3 \(from 0\)"):
        pictures.image(0)
