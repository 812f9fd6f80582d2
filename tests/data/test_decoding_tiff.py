"""Reference pixels for every kind of TIFF file."""

import io
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from clusteer.data.decoding import decode, to_rgb
from tests.data.raw_files import greys, pixels, reread, tiff


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("bits", "code", "photometric", "expected"), [
    (8, "3B", 1, [0, 7, 255]), (8, "3B", 0, [255, 248, 0]), (16, "3H", 1, [0, 1, 255]), (16, "3H", 0, [255, 254, 0]),
])  # fmt: skip
def test_tiff_grey(order: str, bits: int, code: str, photometric: int, expected: list[int]) -> None:
    values = (0, 7, 255) if bits == 8 else (255, 256, 65535)
    data = tiff(3, 1, struct.pack(order + code, *values), (bits,), photometric, order=order)
    if (bits, photometric, order) == (16, 0, ">"):
        with pytest.raises(OSError, match="cannot identify"):  # unknown to Pillow, so it is named, not read wrongly
            decode(io.BytesIO(data))
    else:
        assert greys(data) == expected


def test_tiff_black_and_white_both_ways() -> None:
    assert greys(tiff(2, 1, b"\x40", (1,))) == [0, 255]
    assert greys(tiff(2, 1, b"\x40", (1,), photometric=0)) == [255, 0]


def test_tiff_twelve_bit_grey_keeps_its_high_byte() -> None:
    assert greys(tiff(2, 1, bytes([0x80, 0x0F, 0xFF]), (12,))) == [128, 255]


@pytest.mark.parametrize(("values", "expected"), [
    ([0, 51, 255], [0, 51, 255]), ([0, 32768, 65535], [0, 128, 255]), ([1000, 66000, 131000], [0, 128, 255]),
    ([0, 2**31, 2**32 - 1], [0, 128, 255]), ([7, 7, 7], [7, 7, 7]), ([70000, 70000, 70000], [0, 0, 0]),
])  # fmt: skip
def test_tiff_unsigned_32_bit_takes_the_smallest_range_that_holds_it(values: list[int], expected: list[int]) -> None:
    assert greys(tiff(3, 1, struct.pack("<3I", *values), (32,))) == expected


@pytest.mark.parametrize(("bits", "code"), [(16, "<3h"), (32, "<3i")])
def test_tiff_signed_numbers_are_stretched(bits: int, code: str) -> None:
    assert greys(tiff(3, 1, struct.pack(code, -100, 0, 100), (bits,), sample_format=2)) == [0, 128, 255]
    assert greys(tiff(3, 1, struct.pack(code, 0, 51, 255), (bits,), sample_format=2)) == [0, 51, 255]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("values", "expected"), [
    ([0, 0.2, 1], [0, 51, 255]), ([0.2, 0.2, 0.2], [51, 51, 51]), ([0, 51, 254.6], [0, 51, 255]),
    ([0, 32767.5, 65535], [0, 128, 255]), ([-3, 0, 3], [0, 128, 255]), ([1e30, 0, 5e29], [255, 0, 128]),
    ([np.nan, 0, np.inf], [0, 0, 255]), ([np.nan, np.nan, np.inf], [0, 0, 0]), ([-np.inf, 0.2, 1], [0, 51, 255]),
])  # fmt: skip
def test_tiff_floating_point(order: str, values: list[float], expected: list[int]) -> None:
    assert greys(tiff(3, 1, struct.pack(f"{order}3f", *values), (32,), sample_format=3, order=order)) == expected


@given(arrays(np.float32, st.tuples(st.integers(1, 4), st.integers(1, 4)), elements=st.floats(width=32)))
def test_any_floating_point_picture_has_its_order_kept(values: np.ndarray) -> None:
    levels = np.asarray(to_rgb(Image.fromarray(values)))[..., 0]
    finite = np.isfinite(values)
    order = np.argsort(values[finite], kind="stable")
    assert (np.diff(levels[finite][order].astype(int)) >= 0).all()


@pytest.mark.parametrize("order", ["<", ">"])
def test_tiff_colour_of_8_and_16_bit(order: str) -> None:
    assert pixels(tiff(2, 1, bytes([255, 0, 7, 1, 2, 3]), (8, 8, 8), 2, order=order)) == [[[255, 0, 7], [1, 2, 3]]]
    deep = struct.pack(f"{order}6H", 65535, 0, 256, 10000, 2000, 300)
    assert pixels(tiff(2, 1, deep, (16, 16, 16), 2, order=order)) == [[[255, 0, 1], [39, 7, 1]]]


def test_tiff_alpha_plain_and_multiplied_already() -> None:
    plain = tiff(1, 1, bytes([200, 0, 100, 51]), (8,) * 4, 2, more={338: ("H", [2])})
    multiplied = tiff(1, 1, bytes([40, 0, 20, 51]), (8,) * 4, 2, more={338: ("H", [1])})
    ignored = tiff(1, 1, bytes([200, 0, 100, 51]), (8,) * 4, 2, more={338: ("H", [0])})
    for data in (plain, multiplied):
        assert np.abs(np.subtract(pixels(data), [244, 204, 224])).max() <= 1
    assert pixels(ignored) == [[[200, 0, 100]]]
    for kind in (1, 2):
        assert greys(tiff(2, 1, bytes([0, 0, 9, 255]), (8, 8), 1, more={338: ("H", [kind])})) == [255, 9]


def test_tiff_palette() -> None:
    table = [0] * 768
    table[0], table[256], table[512] = 10 * 257, 20 * 257, 30 * 257
    table[1], table[257], table[513] = 200 * 257, 100 * 257, 50 * 257
    data = tiff(2, 1, b"\0\1", (8,), 3, more={320: ("H", table)})
    assert pixels(data) == [[[10, 20, 30], [200, 100, 50]]]


@pytest.mark.parametrize("bits", [8, 16])
def test_tiff_cmyk(bits: int) -> None:
    inks = [255, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0, 255]
    samples = struct.pack("<16B", *inks) if bits == 8 else struct.pack("<16H", *(ink * 257 for ink in inks))
    assert pixels(tiff(4, 1, samples, (bits,) * 4, 5)) == [[[0, 255, 255], [255] * 3, [255, 0, 0], [0] * 3]]


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "tiff_jpeg"])
def test_tiff_compressed_in_every_usual_way(compression: str) -> None:
    levels = np.repeat(np.arange(0, 256, 16, dtype=np.uint8), 16).reshape(16, 16)
    out = reread(Image.fromarray(levels).convert("RGB"), "TIFF", compression=compression)
    assert np.abs(np.asarray(out)[..., 0].astype(int) - levels).max() <= (8 if compression == "tiff_jpeg" else 0)


@pytest.mark.parametrize("order", ["<", ">"])
def test_tiff_of_several_pages_shows_the_first(order: str) -> None:
    out = reread(Image.new("RGB", (3, 3), "red"), "TIFF", save_all=True, append_images=[Image.new("L", (9, 9))])
    assert (np.asarray(out) == [255, 0, 0]).all()
    assert out.size == (3, 3)
