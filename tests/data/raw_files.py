"""Picture files written byte by byte, with whatever their headers are told to say, and what is read from them."""

import io
import struct
import zlib
from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image

from clusteer.data.decoding import decode

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
"""Colour types of PNG."""


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, depth: int, colour: int, samples: bytes, *extra: bytes) -> bytes:
    """A PNG file; samples are the packed bytes of its lines, extra chunks stand before them."""
    line = len(samples) // height if height else 0
    lines = b"".join(b"\0" + samples[row * line : (row + 1) * line] for row in range(height))
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return SIGNATURE + header + b"".join(extra) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def tiff(
    width: int,
    height: int,
    samples: bytes,
    bits: Sequence[int] = (8,),
    photometric: int = 1,
    sample_format: int = 1,
    order: str = "<",
    more: Mapping[int, tuple[str, Sequence[int]]] | None = None,
    following: int = 0,
) -> bytes:
    """An uncompressed TIFF file of one strip.

    ``more`` adds or replaces tags: number -> (struct letter, values). ``following`` is the offset of the next page.
    """
    tags: dict[int, tuple[str, Sequence[int]]] = {
        256: ("I", [width]), 257: ("I", [height]), 258: ("H", bits), 259: ("H", [1]), 262: ("H", [photometric]),
        273: ("I", [8]), 277: ("H", [len(bits)]), 278: ("I", [height]), 279: ("I", [len(samples)]),
        339: ("H", [sample_format] * len(bits)), **(more or {}),
    }  # fmt: skip
    samples += b"\0" * (len(samples) % 2)
    start = 8 + len(samples)
    after = start + 2 + 12 * len(tags) + 4
    entries, spilled = b"", b""
    for tag, (letter, values) in sorted(tags.items()):
        packed = struct.pack(f"{order}{len(values)}{letter}", *values)
        if len(packed) > 4:
            spilled, packed = spilled + packed, struct.pack(f"{order}I", after + len(spilled))
        entries += struct.pack(f"{order}HHI", tag, {"B": 1, "H": 3, "I": 4}[letter], len(values)) + packed.ljust(
            4, b"\0"
        )
    mark = b"II" if order == "<" else b"MM"
    head = mark + struct.pack(f"{order}HI", 42, start)
    return (
        head + samples + struct.pack(f"{order}H", len(tags)) + entries + struct.pack(f"{order}I", following) + spilled
    )


def bmp(width: int, height: int, bits: int, samples: bytes, palette: bytes = b"", compression: int = 0) -> bytes:
    """A BMP file; a negative height means that the top line comes first."""
    offset = 54 + len(palette)
    head = struct.pack("<2sIHHI", b"BM", offset + len(samples), 0, 0, offset)
    colours = len(palette) // 4
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, compression, len(samples), 0, 0, colours, colours)
    return head + info + palette + samples


def pixels(data: bytes) -> list[list[list[int]]]:
    """The pixels of a file."""
    read: list[list[list[int]]] = np.asarray(decode(io.BytesIO(data))).tolist()
    return read


def greys(data: bytes) -> list[int]:
    """The levels of a grey file of one line."""
    (line,) = pixels(data)
    assert all(len(set(pixel)) == 1 for pixel in line)
    return [pixel[0] for pixel in line]


def reread(image: Image.Image, format: str, **options: object) -> Image.Image:
    """What is read of a picture that was saved so."""
    file = io.BytesIO()
    image.save(file, format, **options)
    file.seek(0)
    return decode(file)
