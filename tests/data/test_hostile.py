"""Whatever lies in a folder, a scan ends, and each file is either usable or named with the reason."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile

from clusteer.data.decoding import SUFFIXES
from clusteer.data.images import ImageSet
from tests.data.hostile import TEXTS, build

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="makes pipes, and links to devices")

USABLE = {
    "good.png", "good.jpg", "good.heic", "good-by-a-link.jpg", "folder.png/inside.jpg", "new\nline.png",
    "really-a-jpeg.png", "really-a-png.jpg", "really-a-gif.tif", "really-a-bmp.webp", "really-a-webp.gif",
    "really-a-tiff.heic", "really-a-heic.jpg", "circular-exif.jpg", "endless-exif.jpg", "odd-exif.jpg",
    "no-exif.jpg", "bad-exif.png", "bad-exif.webp", "no-profile.jpg", "half-a-profile.jpg", "half-a-pair.jpg",
    "more-after-the-end.png",
    "endless-animation.png", "page-after-itself.tif", "turned-77-times.tif", "exif-in-itself.tif", "many-chunks.png",
}  # fmt: skip
"""Odd, but whole where it matters."""
REFUSED = {
    *TEXTS,
    *(f"{what}{suffix}" for what in ("empty", "cut-after-11-bytes", "cut-in-the-middle") for suffix in SUFFIXES[:-1]),
    "million-wide.png", "million-tall.png", "million-wide.tif", "million-squared.png", "all-that-32-bits-hold.tif",
    "all-that-32-bits-hold.bmp", "gigapixel-of-floats.tif", "canvas.gif", "frame.jpg", "box.heic", "text-bomb.png",
    "profile-bomb.png", "many-texts.png", "bad-crc.png", "leads-out.png", "leads-out-by-a-folder.png", "all-of-it.png",
    "itself.png", "there.png", "back.png", "nowhere.png", "zeros.png", "memory.jpg", "parent.gif", "pipe.png",
    "pipe-by-a-link.png", "outside-folder", "caf\\udce9.png",
}  # fmt: skip
"""Never a picture; of what is in neither list a decoder may still make one."""

SCAN = """
import json, sys
from pathlib import Path
from clusteer.bench.environment import peak_megabytes
from clusteer.data.scan import scan
seen = []
found = scan(Path(sys.argv[1]), lambda done, total: seen.append(done))
print(json.dumps({"ids": found.ids, "skipped": found.skipped, "megabytes": peak_megabytes(), "seen": seen}))
"""


@pytest.mark.filterwarnings("ignore:.*(Corrupt EXIF|Tag data):UserWarning")
def test_every_hostile_file_is_usable_or_named(tmp_path: Path) -> None:
    names = build(tmp_path / "hostile")
    assert len(names) >= 100
    state = (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)
    # In a process of its own, for one that hangs or takes all memory must fail here and not end the tests.
    command = [sys.executable, "-c", SCAN, str(tmp_path / "hostile")]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout)
    skipped = dict(told["skipped"])
    assert sorted([*told["ids"], *skipped]) == names
    assert all(reason and reason.isprintable() for reason in skipped.values())
    assert set(told["ids"]) >= USABLE
    assert set(skipped) >= REFUSED
    assert told["megabytes"] < 1000
    assert told["seen"] == list(range(1, len(told["seen"]) + 1))

    images = ImageSet.from_folder(tmp_path / "hostile")
    assert images.ids == tuple(told["ids"])
    for row, name in enumerate(images.ids):
        image = images.image(row)
        assert image.mode == "RGB", name
        assert min(image.size) > 0, name
        assert images.pixels([row], 8).shape == (1, 8, 8, 3), name
    assert np.array_equal(
        images.pixels([images.ids.index("good.jpg")], 8), images.pixels([images.ids.index("really-a-jpeg.png")], 8)
    )
    assert state == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)
    assert "HEIF" not in Image.OPEN
