"""A folder of files that were made to break whoever reads them."""

import io
import os
import struct
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image

from tests.data.raw_files import GREY, PALETTE, RGB, SIGNATURE, bmp, chunk, png, tiff

Named = Iterator[tuple[str, bytes]]
TEXTS = {
    "text.jpg": b"this is no picture\n" * 99, "page.png": b"<!DOCTYPE html><html></html>", "paper.tif": b"%PDF-1.7\n",
    "archive.bmp": b"PK\3\4" + bytes(60), "program.webp": b"\x7fELF" + bytes(60), "drawing.gif": b"<svg/>",
    "film.heic": b"\0\0\0\x18ftypisom" + bytes(60), "riff.webp": b"RIFF\x24\0\0\0WAVEfmt ",
}  # fmt: skip


def build(folder: Path) -> list[str]:
    """Fill a folder with hostile files and three good ones; return the names of all that have a picture's suffix."""
    folder.mkdir()
    damaged = (broken_png, broken_jpeg, broken_tiff, broken_bmp, broken_gif, broken_webp, broken_heic)
    for family in (good, cut, mislabelled, huge, *damaged):
        for name, data in family():
            (folder / name).write_bytes(data)
    return sorted([path.name for path in folder.iterdir()] + specials(folder))


def scene(mode: str = "RGB") -> Image.Image:
    """A picture of noise, so that every cut loses something."""
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)).convert(mode)


@cache
def saved(format: str, mode: str = "RGB", **options: object) -> bytes:
    """The bytes of a whole picture."""
    file = io.BytesIO()
    if format == "HEIC":
        pillow_heif.from_pillow(scene(mode)).save(file, **options)
    else:
        scene(mode).save(file, format, **options)
    return file.getvalue()


def good() -> Named:
    yield "good.png", saved("PNG")
    yield "good.jpg", saved("JPEG")
    yield "good.heic", saved("HEIC")


def cut() -> Named:
    whole = {
        "png": saved("PNG"), "jpg": saved("JPEG"), "jpeg": saved("JPEG", progressive=True), "webp": saved("WEBP"),
        "tif": saved("TIFF"), "tiff": saved("TIFF", compression="tiff_lzw"), "bmp": saved("BMP"),
        "gif": saved("GIF", "P"), "heic": saved("HEIC"),
    }  # fmt: skip
    for suffix, data in whole.items():
        yield f"empty.{suffix}", b""
        yield f"cut-after-11-bytes.{suffix}", data[:11]
        yield f"cut-in-the-middle.{suffix}", data[: len(data) // 2]
        yield f"cut-near-the-end.{suffix}", data[: len(data) - 9]


def mislabelled() -> Named:
    yield "really-a-jpeg.png", saved("JPEG")
    yield "really-a-png.jpg", saved("PNG")
    yield "really-a-gif.tif", saved("GIF", "P")
    yield "really-a-bmp.webp", saved("BMP")
    yield "really-a-webp.gif", saved("WEBP")
    yield "really-a-tiff.heic", saved("TIFF")
    yield "really-a-heic.jpg", saved("HEIC")
    yield from TEXTS.items()


def huge() -> Named:
    yield "million-wide.png", png(10**6, 1, 1, GREY, bytes(125_000))
    yield "million-tall.png", png(1, 10**6, 1, GREY, bytes(10**6))
    yield "million-wide.tif", tiff(10**6, 1, bytes(10**6))
    yield "million-squared.png", png(10**6, 10**6, 8, RGB, b"")
    yield "all-that-32-bits-hold.tif", tiff(2**32 - 1, 2**32 - 1, bytes(9))
    yield "all-that-32-bits-hold.bmp", bmp(2**31 - 1, 2**31 - 1, 24, bytes(9))
    yield "gigapixel-of-floats.tif", tiff(40_000, 40_000, bytes(9), (32,), sample_format=3)
    canvas = bytearray(saved("GIF", "P"))
    canvas[6:10] = b"\xff\xff\xff\xff"
    yield "canvas.gif", bytes(canvas)
    frame = bytearray(saved("JPEG"))
    start = frame.index(b"\xff\xc0")
    frame[start + 5 : start + 9] = struct.pack(">HH", 65_500, 65_500)
    yield "frame.jpg", bytes(frame)
    box = saved("HEIC")
    start = box.index(b"ispe") + 8
    yield "box.heic", box[:start] + struct.pack(">II", 10**6, 10**6) + box[start + 8 :]


def broken_png() -> Named:
    line = bytes(range(30))
    bomb = zlib.compress(bytes(20_000_000), 9)
    yield "text-bomb.png", png(10, 1, 8, RGB, line, chunk(b"zTXt", b"Comment\0\0" + bomb))
    yield "profile-bomb.png", png(10, 1, 8, RGB, line, chunk(b"iCCP", b"icc\0\0" + bomb))
    yield "many-texts.png", png(10, 1, 8, RGB, line, *[chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(10**6)))] * 99)
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 10, 1, 8, RGB, 0, 0, 0))
    yield "pixel-bomb.png", SIGNATURE + header + chunk(b"IDAT", bomb) + chunk(b"IEND", b"")
    yield "no-pixels.png", SIGNATURE + header + chunk(b"IEND", b"")
    yield "no-end.png", png(10, 1, 8, RGB, line)[:-12]
    yield "more-after-the-end.png", png(10, 1, 8, RGB, line) + bytes(999)
    yield "bad-header-crc.png", png(10, 1, 8, RGB, line).replace(header, header[:-1] + b"?")
    yield "bad-crc.png", png(10, 1, 8, RGB, line)[:-14] + b"??" + png(10, 1, 8, RGB, line)[-12:]
    yield "bad-text-crc.png", png(10, 1, 8, RGB, line, chunk(b"tEXt", b"a\0b")[:-4] + b"????")
    yield "endless-chunk.png", SIGNATURE + header + b"\xff\xff\xff\xffIDAT" + bytes(99)
    yield "no-palette.png", png(10, 1, 8, PALETTE, bytes(10))
    yield "beyond-its-palette.png", png(10, 1, 8, PALETTE, bytes(range(10)), chunk(b"PLTE", bytes(6)))
    yield "depth-of-3.png", png(10, 1, 3, GREY, bytes(4))
    yield "no-width.png", png(0, 5, 8, GREY, b"")
    yield "endless-animation.png", png(10, 1, 8, RGB, line, chunk(b"acTL", b"\x7f\xff\xff\xff\0\0\0\0"))
    yield "bad-exif.png", png(10, 1, 8, RGB, line, chunk(b"eXIf", b"MM\0*\xff\xff\xff\xff"))
    yield "many-chunks.png", png(10, 1, 8, RGB, line, chunk(b"juNK", b"") * 9_999)


def broken_jpeg() -> Named:
    circular = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0\x08\0\0\0"
    many = b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x12\x01\x02\0\xff\xff\xff\xff\0\0\0\0" * 9
    odd = Image.Exif()
    odd[0x0112] = 99
    for name, exif in (("circular", circular), ("endless", many), ("odd", odd.tobytes()), ("no", b"Exif\0\0nonsense")):
        yield f"{name}-exif.jpg", saved("JPEG", exif=exif)
    yield "no-profile.jpg", saved("JPEG", icc_profile=b"nonsense" * 9)
    yield (
        "half-a-profile.jpg",
        saved("JPEG", icc_profile=bytes(70_000)).replace(b"ICC_PROFILE\0\2\2", b"ICC_PROFILE\0\7\2"),
    )
    data = saved("JPEG")
    yield "no-tables.jpg", data.replace(b"\xff\xc4", b"\xff\xe5")
    yield "noise.jpg", data[:700] + bytes(np.random.default_rng(1).integers(0, 255, 3000, np.uint8)) + b"\xff\xd9"
    start = data.index(b"\xff\xc0")
    yield "no-height.jpg", data[: start + 5] + bytes(2) + data[start + 7 :]
    yield "only-markers.jpg", b"\xff\xd8" + b"\xff\xe1\0\2" * 50_000
    pair = io.BytesIO()
    scene().save(pair, "MPO", save_all=True, append_images=[scene()])
    yield "half-a-pair.jpg", pair.getvalue()[:-900]


def broken_tiff() -> Named:
    grey = bytes(100)
    yield "starts-outside.tif", b"II*\0\xff\xff\xff\x7f" + grey
    yield "page-after-itself.tif", tiff(10, 10, grey, following=108)
    yield (
        "endless-tag.tif",
        tiff(10, 10, grey, more={258: ("H", [8])}).replace(b"\2\1\3\0\1\0\0\0", b"\2\1\3\0\xff\xff\xff\xff"),
    )
    yield "pixels-outside.tif", tiff(10, 10, grey, more={273: ("I", [2**31])})
    yield "endless-strip.tif", tiff(10, 10, grey, more={279: ("I", [2**32 - 1])})
    yield "77-bits.tif", tiff(10, 10, grey, (77,))
    yield "9999-channels.tif", tiff(10, 10, grey, more={277: ("H", [9999])})
    yield "no-rows-a-strip.tif", tiff(10, 10, grey, more={278: ("I", [0])})
    yield "unknown-compression.tif", tiff(10, 10, grey, more={259: ("H", [34712])})
    for number, name in ((5, "lzw"), (7, "jpeg"), (8, "deflate"), (4, "fax"), (50000, "zstd"), (34925, "lzma")):
        yield f"no-{name}.tif", tiff(10, 10, b"\x80\x0b" + grey, more={259: ("H", [number])})
    tiles = {322: ("I", [2**31]), 323: ("I", [2**31]), 324: ("I", [8]), 325: ("I", [100])}
    yield "huge-tiles.tif", tiff(10, 10, grey, more=tiles)
    yield "turned-77-times.tif", tiff(10, 10, grey, more={274: ("H", [77])})
    yield "exif-in-itself.tif", tiff(10, 10, grey, more={34665: ("I", [108])})
    yield "half-a-big-one.tif", b"II\x2b\0\x08\0\0\0\x10\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff"


def broken_bmp() -> Named:
    yield "upside-down-forever.bmp", bmp(10, -(2**31), 24, bytes(300))
    yield "negative-width.bmp", bmp(-10, 10, 24, bytes(300))
    yield "7-bits.bmp", bmp(10, 10, 7, bytes(300))
    yield "runs-without-end.bmp", bmp(10, 10, 8, b"\xff\1" * 9999, bytes(1024), compression=1)
    yield "runs-outside.bmp", bmp(10, 10, 8, b"\0\2\xff\xff" * 9999, bytes(1024), compression=1)
    yield (
        "pixels-outside.bmp",
        bmp(10, 10, 24, bytes(300))[:10] + b"\xff\xff\xff\x7f" + bmp(10, 10, 24, bytes(300))[14:],
    )
    yield "endless-palette.bmp", bmp(10, 10, 8, bytes(300))[:46] + b"\xff\xff\xff\x7f" + bytes(999)


def broken_gif() -> Named:
    head = b"GIF89a\x0a\0\x0a\0\0\0\0"
    frame = b",\0\0\0\0\x0a\0\x0a\0\0"
    yield "no-frame.gif", head + b";"
    yield "code-of-99-bits.gif", head + frame + b"\x63\2\x44\1\0;"
    yield "frame-outside.gif", head + b",\xff\xff\xff\xff\x0a\0\x0a\0\0\2\2\x44\1\0;"
    yield "blocks-without-end.gif", head + frame + b"\2" + b"\xff" * 9999
    yield "only-comments.gif", head + b"!\xfe\1a\0" * 50_000
    yield "frame-larger-than-the-canvas.gif", head + b",\0\0\0\0\xff\xff\xff\xff\0\2\2\x44\1\0;"


def broken_webp() -> Named:
    data = saved("WEBP")
    yield "wrong-length.webp", data[:4] + b"\xff\xff\xff\xff" + data[8:]
    yield "noise.webp", data[:40] + bytes(np.random.default_rng(2).integers(0, 255, len(data) - 40, np.uint8))
    yield "no-frames.webp", b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\2\0\0\0" + b"\xff" * 6
    yield "bad-exif.webp", saved("WEBP", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + bytes(9), icc_profile=b"nonsense")


def broken_heic() -> Named:
    data = saved("HEIC")
    head = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
    yield "only-its-name.heic", head
    yield "boxes-of-no-size.heic", head + b"\0\0\0\0meta" * 999
    yield (
        "boxes-in-boxes.heic",
        head + b"".join(struct.pack(">I4s", 8 * (999 - depth), b"iprp") for depth in range(999)),
    )
    yield "noise.heic", data[:-800] + bytes(np.random.default_rng(3).integers(0, 255, 800, np.uint8))


def specials(folder: Path) -> list[str]:
    """Make what is no plain file; return the names by which a scan tells of them."""
    outside = folder.parent / "outside"
    outside.mkdir()
    (outside / "secret.png").write_bytes(saved("PNG"))
    links = {
        "leads-out.png": "../outside/secret.png", "leads-out-by-a-folder.png": "outside-folder/secret.png",
        "all-of-it.png": "/", "outside-folder": str(outside), "itself.png": "itself.png", "there.png": "back.png",
        "back.png": "there.png", "nowhere.png": "nothing.png", "zeros.png": "/dev/zero", "memory.jpg": "/proc/self/mem",
        "parent.gif": "..", "pipe-by-a-link.png": "pipe.png", "good-by-a-link.jpg": "good.jpg",
    }  # fmt: skip
    for name, target in links.items():
        (folder / name).symlink_to(target)
    os.mkfifo(folder / "pipe.png")
    (folder / "folder.png").mkdir()
    (folder / "folder.png/inside.jpg").write_bytes(saved("JPEG"))
    (folder / "new\nline.png").write_bytes(saved("PNG"))
    with open(os.fsencode(folder) + b"/caf\xe9.png", "wb") as file:
        file.write(saved("PNG"))
    return [*links, "pipe.png", "folder.png/inside.jpg", "new\nline.png", "caf\\udce9.png"]
