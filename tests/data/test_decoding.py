"""Reference pixels for every kind of picture a file can hold."""

import io
import struct
import sys
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from clusteer.core.errors import InvalidInputError, UnavailableError
from clusteer.data.decoding import FORMATS, MAX_PIXELS, MAX_SIDE, decode
from tests.data.raw_files import GREY, GREY_ALPHA, PALETTE, RGB, RGBA, bmp, chunk, greys, pixels, png, reread, tiff


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


# PNG


@pytest.mark.parametrize(("depth", "samples", "expected"), [
    (1, b"\x40", [0, 255]), (2, b"\x1b", [0, 85, 170, 255]), (4, b"\x0f", [0, 255]), (8, b"\0\x07\xff", [0, 7, 255]),
    (16, b"\1\xff\x80\0", [1, 128]),
])  # fmt: skip
def test_png_grey_of_every_depth(depth: int, samples: bytes, expected: list[int]) -> None:
    assert greys(png(len(expected), 1, depth, GREY, samples)) == expected


@pytest.mark.parametrize(("depth", "samples", "key", "expected"), [
    (1, b"\x40", 0, [255, 255]), (2, b"\x1b", 1, [0, 255, 170, 255]), (4, b"\x1f", 1, [255, 255]),
    (8, b"\0\x07", 7, [0, 255]), (16, b"\1\0\1\1", 256, [255, 1]),
])  # fmt: skip
def test_png_one_transparent_grey_is_white_at_every_depth(
    depth: int, samples: bytes, key: int, expected: list[int]
) -> None:
    assert greys(png(len(expected), 1, depth, GREY, samples, chunk(b"tRNS", struct.pack(">H", key)))) == expected


def test_png_deep_colour_keeps_the_high_byte_and_its_transparent_colour() -> None:
    samples = struct.pack(">6H", 65535, 0, 256, 10000, 2000, 300)
    assert pixels(png(2, 1, 16, RGB, samples)) == [[[255, 0, 1], [39, 7, 1]]]
    key = chunk(b"tRNS", struct.pack(">3H", 10000, 2000, 300))
    assert pixels(png(2, 1, 16, RGB, samples, key)) == [[[255, 0, 1], [255, 255, 255]]]


def test_png_deep_colour_and_grey_with_alpha() -> None:
    assert pixels(png(2, 1, 16, RGBA, struct.pack(">8H", 40000, 255, 65535, 65535, 1, 2, 3, 0))) == [
        [[156, 0, 255], [255, 255, 255]]
    ]
    assert greys(png(2, 1, 16, GREY_ALPHA, struct.pack(">4H", 40000, 65535, 40000, 0))) == [156, 255]


def test_png_palette_with_an_alpha_per_entry() -> None:
    table = chunk(b"PLTE", bytes([200, 100, 0, 4, 5, 6])) + chunk(b"tRNS", bytes([51]))
    ((light, dark),) = pixels(png(2, 1, 8, PALETTE, b"\0\1", table))
    assert np.abs(np.subtract(light, [244, 224, 204])).max() <= 1
    assert dark == [4, 5, 6]


# JPEG


def test_cmyk_jpeg_is_stored_inverted_with_and_without_the_mark_of_adobe() -> None:
    file = io.BytesIO()
    Image.new("CMYK", (16, 16), (255, 0, 0, 0)).save(file, "JPEG", quality=100)
    adobe = file.getvalue()
    assert np.abs(np.subtract(pixels(adobe), [0, 255, 255])).max() <= 3
    start = adobe.index(b"\xff\xee")
    length = struct.unpack(">H", adobe[start + 2 : start + 4])[0]
    plain = adobe[:start] + adobe[start + 2 + length :]
    assert pixels(plain) == pixels(adobe)


# BMP and GIF


def test_bmp_of_every_depth() -> None:
    grey = bytes([0, 0, 0, 0, 200, 200, 200, 0])
    assert greys(bmp(2, 1, 1, b"\x40\0\0\0", grey)) == [0, 200]
    assert greys(bmp(2, 1, 4, b"\x01\0\0\0", grey)) == [0, 200]
    assert greys(bmp(2, 1, 8, b"\0\1\0\0", grey)) == [0, 200]
    assert pixels(bmp(1, 1, 8, b"\0\0\0\0", bytes([30, 20, 10, 0]))) == [[[10, 20, 30]]]
    assert pixels(bmp(1, 1, 16, struct.pack("<HH", 31 << 10 | 1, 0))) == [[[255, 0, 8]]]
    assert pixels(bmp(1, 1, 24, bytes([30, 20, 10, 0]))) == [[[10, 20, 30]]]
    assert pixels(bmp(1, 1, 32, bytes([30, 20, 10, 0]))) == [[[10, 20, 30]]]
    assert greys(bmp(3, 1, 8, bytes([2, 1, 1, 0, 0, 1]), grey, compression=1)) == [200, 200, 0]  # in runs


def test_bmp_from_the_bottom_up_and_from_the_top_down() -> None:
    lines = bytes([1, 1, 1, 0, 9, 9, 9, 0])
    assert pixels(bmp(1, 2, 24, lines)) == [[[9] * 3], [[1] * 3]]
    assert pixels(bmp(1, -2, 24, lines)) == [[[1] * 3], [[9] * 3]]


def test_gif_shows_its_first_frame_with_transparency_over_white() -> None:
    first = Image.new("P", (2, 1))
    first.putpalette([10, 20, 30, 200, 100, 50])
    first.putpixel((1, 0), 1)
    out = reread(first, "GIF", save_all=True, append_images=[Image.new("P", (2, 1))], transparency=0)
    assert np.asarray(out).tolist() == [[[255] * 3, [200, 100, 50]]]
    assert np.asarray(reread(first, "GIF")).tolist() == [[[10, 20, 30], [200, 100, 50]]]


# HEIC


def heic(image: Image.Image, **options: object) -> bytes:
    file = io.BytesIO()
    pillow_heif.from_pillow(image).save(file, quality=-1, chroma=444, **options)
    return file.getvalue()


def test_heic_is_read_upright_with_alpha_over_white() -> None:
    squares = np.kron(np.array([[0, 80], [160, 240]], np.uint8), np.ones((16, 24), np.uint8))
    image = Image.fromarray(squares).convert("RGB")
    assert np.abs(np.asarray(decode(io.BytesIO(heic(image))))[..., 0].astype(int) - squares).max() <= 4
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = np.asarray(decode(io.BytesIO(heic(image, exif=exif.tobytes()))))[..., 0].astype(int)
    assert turned.shape == (48, 32)
    assert np.abs(turned - np.rot90(squares, -1)).max() <= 4
    clear = decode(io.BytesIO(heic(Image.new("RGBA", (16, 16), (200, 0, 100, 0)))))
    assert np.asarray(clear).min() >= 253


def test_heic_changes_nothing_in_pillow() -> None:
    data = heic(Image.new("RGB", (16, 16), "red"))
    decode(io.BytesIO(data))
    Image.init()
    assert "HEIF" not in Image.OPEN
    with pytest.raises(OSError, match="cannot identify"):
        Image.open(io.BytesIO(data))


def test_heic_without_the_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    data = heic(Image.new("RGB", (16, 16)))
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(UnavailableError, match=r"pip install 'clusteer\[heic\]'"):
        decode(io.BytesIO(data))


# Refused


@pytest.mark.parametrize("format", ["PPM", "ICO", "TGA", "PCX", "PSD", "EPS"])
def test_other_formats_are_refused_whatever_they_are_called(format: str, tmp_path: Path) -> None:
    assert format not in FORMATS
    if format == "PSD":
        (tmp_path / "a.png").write_bytes(b"8BPS\0\1" + bytes(100))
    else:
        Image.new("RGB", (16, 16)).save(tmp_path / "a.png", format)
    with pytest.raises(OSError, match="cannot identify"):
        decode(tmp_path / "a.png")


@pytest.mark.parametrize("data", [
    png(MAX_SIDE + 1, 1, 8, GREY, b"\0"), png(1, MAX_SIDE + 1, 8, GREY, b"\0"), tiff(10**6, 1, b"\0"),
    png(13_400, 13_400, 8, GREY, b"\0"), bmp(13_400, -13_400, 24, b""), tiff(13_400, 13_400, b"\0"),
])  # fmt: skip
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("limit", [None, MAX_PIXELS])
def test_pictures_that_are_too_large_are_refused_undecoded(
    data: bytes, limit: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)  # whatever others in the process have set Pillow to
    monkeypatch.setattr(Image.Image, "load", lambda image: pytest.fail("it was decoded"))
    with pytest.raises(
        InvalidInputError, match=r"too large: [\d,]+ x [\d,]+ pixels, at most 178,956,970 and 65,535 a side"
    ):
        decode(io.BytesIO(data))


def test_a_picture_without_pixels_is_refused() -> None:
    with pytest.raises(OSError, match="cannot identify"):
        decode(io.BytesIO(bmp(0, 3, 24, b"")))
