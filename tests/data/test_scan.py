"""What is found in a folder, and what is refused by name."""

import os
import sys
import warnings
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.data.scan import MAX_BYTES, scan


def picture(path: Path, seed: int = 0, **options: bool) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (24, 32, 3), np.uint8)
    Image.fromarray(pixels).save(path, None, **options)
    return path


def cut(path: Path, keep: float = 0.6) -> Path:
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    return path


def test_order_is_by_code_point_and_suffixes_match_in_any_case(tmp_path: Path) -> None:
    names = ["a/z.png", "a/B.JPG", "Z.jpeg", "b.PnG", "a.webp", "ä/ß 猫.png", "a-1.png"]
    for name in names:
        picture(tmp_path / name)
    (tmp_path / "notes.txt").write_text("not a picture")
    found = scan(tmp_path)
    assert (
        found.ids
        == tuple(sorted(names))
        == ("Z.jpeg", "a-1.png", "a.webp", "a/B.JPG", "a/z.png", "b.PnG", "ä/ß 猫.png")
    )
    assert found.skipped == ()


def test_hashes_are_those_of_the_bytes(tmp_path: Path) -> None:
    import hashlib

    path = picture(tmp_path / "a.png")
    assert scan(tmp_path).hashes == (hashlib.sha256(path.read_bytes()).hexdigest(),)


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    for name in ("seen.png", ".hidden.png", ".cache/deep/x.png", "sub/._x.jpg"):
        picture(tmp_path / name)
    found = scan(tmp_path)
    assert found.ids == ("seen.png",)
    assert found.skipped == ()


def test_broken_files_are_named_with_the_reason(tmp_path: Path) -> None:
    picture(tmp_path / "good.png")
    for suffix in ("png", "jpg", "webp"):
        cut(picture(tmp_path / f"cut.{suffix}"))
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "text.png").write_text("this is no picture")
    Image.new("RGB", (2, 2)).save(tmp_path / "pcx.png", "PCX")
    flipped = bytearray(picture(tmp_path / "crc.png").read_bytes())
    flipped[flipped.index(b"IDAT") + 20] ^= 0xFF
    (tmp_path / "crc.png").write_bytes(flipped)
    found = scan(tmp_path)
    reasons = dict(found.skipped)
    assert found.ids == ("good.png",)
    assert list(reasons) == ["crc.png", "cut.jpg", "cut.png", "cut.webp", "empty.jpg", "pcx.png", "text.png"]
    assert reasons["empty.jpg"] == "empty (0 bytes)"
    assert "truncated" in reasons["cut.jpg"]
    assert "truncated" in reasons["cut.png"].lower()
    assert reasons["text.png"].startswith("not a PNG, JPEG, WebP, TIFF, BMP, GIF or HEIC picture")
    assert reasons["pcx.png"] == reasons["text.png"]
    assert reasons["crc.png"].startswith("damaged")
    assert all(reasons.values())


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("options", [{}, {"progressive": True}])
def test_truncated_jpeg_is_noticed_wherever_it_ends(tmp_path: Path, keep: float, options: dict[str, bool]) -> None:
    picture(tmp_path / "good.png")
    cut(picture(tmp_path / "cut.jpg", **options), keep)
    assert [name for name, _ in scan(tmp_path).skipped] == ["cut.jpg"]


def test_a_jpeg_called_png_is_a_picture(tmp_path: Path) -> None:
    picture(tmp_path / "a.jpg").rename(tmp_path / "a.png")
    assert scan(tmp_path).ids == ("a.png",)


def test_pictures_too_large_are_skipped_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    picture(tmp_path / "good.png")
    Image.new("1", (100, 50)).save(tmp_path / "bomb.png")
    Image.new("1", (70_000, 1)).save(tmp_path / "wide.png")
    with open(tmp_path / "heavy.tif", "wb") as file:
        file.truncate(MAX_BYTES + 1)  # takes no room on the disk
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 40_000)
    monkeypatch.setattr("clusteer.data.decoding.MAX_PIXELS", 4_000)
    assert scan(tmp_path).skipped == (
        ("bomb.png", "too large: 100 x 50 pixels, at most 4,000 and 65,535 a side are decoded; save it smaller"),
        ("heavy.tif", "too large: 2.1 GB, at most 2.1 GB are read"),
        ("wide.png", "too large: 70,000 x 1 pixels, at most 4,000 and 65,535 a side are decoded; save it smaller"),
    )
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1_000)  # Pillow refuses from its double on
    assert "5000 pixels" in dict(scan(tmp_path).skipped)["bomb.png"]


def test_heic_without_the_extra_is_skipped_and_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture(tmp_path / "good.png")
    pillow_heif.from_pillow(Image.new("RGB", (16, 16))).save(tmp_path / "phone.heic")
    (tmp_path / "phone.jpg").write_bytes((tmp_path / "phone.heic").read_bytes())  # as phones send them
    assert scan(tmp_path).ids == ("good.png", "phone.heic", "phone.jpg")
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    why = "a HEIC picture; to read these: pip install 'clusteer[heic]'"
    assert scan(tmp_path).skipped == (("phone.heic", why), ("phone.jpg", why))


def test_pillows_warnings_are_not_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    picture(tmp_path / "rather_large.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 24 * 32 - 1)  # between the limit and its double Pillow only warns
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert scan(tmp_path).ids == ("rather_large.png",)
    assert caught == []


def test_links_are_followed_to_files_inside_only(tmp_path: Path) -> None:
    folder, outside = tmp_path / "mine", tmp_path / "mine too"
    picture(folder / "sub/a.png")
    picture(outside / "secret.png")
    (folder / "inside.png").symlink_to("sub/a.png")
    (folder / "leads_out.png").symlink_to(outside / "secret.png")
    (folder / "all_of_it").symlink_to(outside, target_is_directory=True)
    (folder / "nothing.png").symlink_to(folder / "gone.png")
    (folder / "itself.png").symlink_to("itself.png")
    found = scan(folder)
    assert found.ids == ("inside.png", "sub/a.png")
    assert found.hashes[0] == found.hashes[1]
    reasons = dict(found.skipped)
    assert reasons["leads_out.png"] == "a link that leads out of the folder"
    assert reasons["all_of_it"] == "a link to a folder, which is not followed"
    assert reasons["nothing.png"].startswith("cannot be read: ")
    assert reasons["itself.png"].startswith("cannot be read: ")


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    picture(tmp_path / "real/a.png")
    (tmp_path / "link").symlink_to("real", target_is_directory=True)
    assert scan(tmp_path / "link").ids == ("a.png",)


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file system that takes any name")
def test_names_of_any_characters(tmp_path: Path) -> None:
    names = ["new\nline.png", "tab\t 'quotes\".png", "\x1b[31mred.png", "\u00e4.png", "a\u0308.png", "\u202egnp.png",
             "%s{0}.png", "-n.png", " .png", "\\.png", "*?.png", "\U0001f408.png", "n" * 251 + ".png"]  # fmt: skip
    for name in names:
        picture(tmp_path / name)
    found = scan(tmp_path)
    assert found.ids == tuple(sorted(names))  # both forms of a letter with dots are names of their own
    assert found.skipped == ()


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file system that takes any bytes as a name, and pipes")
def test_names_that_are_no_unicode_and_pipes_are_skipped(tmp_path: Path) -> None:
    picture(tmp_path / "good.png")
    os.rename(picture(tmp_path / "x.png"), os.fsencode(tmp_path) + b"/caf\xe9.png")
    os.mkfifo(tmp_path / "pipe.png")
    found = scan(tmp_path)
    assert found.ids == ("good.png",)
    assert found.skipped == (
        ("caf\\udce9.png", "its name is not valid Unicode; rename it"),
        ("pipe.png", "not a regular file"),
    )


def test_a_folder_that_cannot_be_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    picture(tmp_path / "good.png")
    (tmp_path / "closed").mkdir()
    listed = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert scan(tmp_path).skipped == (("closed", "the folder cannot be listed: Permission denied"),)


def test_progress_counts_every_file(tmp_path: Path) -> None:
    for number in range(5):
        picture(tmp_path / f"{number}.png")
    (tmp_path / "bad.png").touch()
    seen: list[tuple[int, int]] = []
    scan(tmp_path, lambda done, total: seen.append((done, total)))
    assert seen == [(done, 6) for done in range(1, 7)]


def test_an_interrupted_scan_stops(tmp_path: Path) -> None:
    for number in range(50):
        picture(tmp_path / f"{number}.png")

    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scan(tmp_path, interrupt)


def test_nothing_to_use(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="there is no folder"):
        scan(tmp_path / "missing")
    with pytest.raises(InvalidInputError, match="is a file"):
        scan(picture(tmp_path / "a.png"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidInputError, match=r"holds no pictures \(0 other files\); give a folder with .png .jpg"):
        scan(tmp_path / "empty")
    (tmp_path / "empty/notes.txt").touch()
    with pytest.raises(InvalidInputError, match=r"holds no pictures \(1 other files\)"):
        scan(tmp_path / "empty")


def test_all_broken_says_how_many_and_why(tmp_path: Path) -> None:
    for number in range(7):
        (tmp_path / f"{number}.png").touch()
    with pytest.raises(InvalidInputError, match="none of the 7 pictures") as caught:
        scan(tmp_path)
    assert "0.png: empty (0 bytes); 1.png: empty (0 bytes)" in str(caught.value)
    assert "4.png" in str(caught.value)
    assert "5.png" not in str(caught.value)
    assert "and 2 more" in str(caught.value)


def test_what_was_decoded_before_is_only_hashed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        picture(tmp_path / f"{number}.png", number)
    first = scan(tmp_path)
    decoded: list[str] = []
    monkeypatch.setattr("clusteer.data.scan.decode", lambda file, at_least: decoded.append(Path(file.name).name))
    picture(tmp_path / "3.png", 3)
    again = scan(tmp_path, known=frozenset(first.hashes))
    assert again.ids == (*first.ids, "3.png")
    assert again.hashes[:3] == first.hashes
    assert decoded == ["3.png"]
