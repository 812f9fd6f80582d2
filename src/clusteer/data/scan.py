"""Which pictures a folder holds: find them, decode each once, name those that cannot be used."""

import hashlib
import os
import stat
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from clusteer.core.errors import ClusteerError, InvalidInputError, NotFoundError
from clusteer.data.decoding import KINDS, SUFFIXES, decode, open_picture

AHEAD = 64
"""Files that wait for a thread."""
SHOWN = 5
"""Failures an error message spells out."""
MAX_BYTES = 2**31
"""Largest file that is read: more than any picture small enough to decode fills."""


@dataclass(frozen=True)
class Scan:
    """What was found in a folder.

    Attributes
    ----------
    ids : tuple of str
        Relative POSIX path of each usable picture, in code point order (the same under every locale).
    hashes : tuple of str
        SHA-256 of each file, in hexadecimal.
    skipped : tuple of (str, str)
        Relative path and reason of each picture that cannot be used, in order of path.
    """

    ids: tuple[str, ...]
    hashes: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]


def scan(folder: Path, progress: Callable[[int, int], None] | None = None, known: frozenset[str] = frozenset()) -> Scan:
    """Find and decode every PNG, JPEG, WebP, TIFF, BMP, GIF and HEIC file under a folder.

    Hidden files and folders are passed over. Links to files inside the folder count as pictures; links that lead out of
    it and links to folders are not followed.

    Parameters
    ----------
    folder : Path
        The folder, searched recursively.
    progress : callable, optional
        Called as ``progress(done, total)`` after each file.
    known : frozenset of str, optional
        SHA-256 of files that were decoded before and need not be again.

    Raises
    ------
    NotFoundError
        If there is no such folder.
    InvalidInputError
        If it is not a folder, holds no picture, or none of its pictures can be read.
    """
    if not folder.exists():
        raise NotFoundError(f"there is no folder {folder}; give the folder that holds your pictures")
    if not folder.is_dir():
        raise InvalidInputError(f"{folder} is a file; give the folder that holds your pictures")
    names, skipped, others = find_files(folder, SUFFIXES)
    if not names and not skipped:
        raise InvalidInputError(
            f"{folder} holds no pictures ({others} other files); give a folder with {' '.join(SUFFIXES)} files"
        )
    found: list[tuple[str, str]] = []
    # Pillow decodes outside the interpreter lock, so threads use every core.
    pool = ThreadPoolExecutor(max_workers=min(8, os.cpu_count() or 1))
    try:
        with warnings.catch_warnings():
            # Pillow warns of odd EXIF data and of pictures above half its limit; what matters ends up in skipped.
            warnings.filterwarnings("ignore", module=r"PIL\.")
            results = _examined(pool, map(folder.joinpath, names), known)
            for done, (name, (digest, reason)) in enumerate(zip(names, results, strict=True), start=1):
                if reason:
                    skipped.append((name, reason))
                else:
                    found.append((name, digest))
                if progress is not None:
                    progress(done, len(names))
    finally:
        pool.shutdown(cancel_futures=True)  # an interrupted scan of 50,000 files stops at once
    skipped.sort()
    if not found:
        shown = "; ".join(f"{name}: {reason}" for name, reason in skipped[:SHOWN])
        more = f"; and {len(skipped) - SHOWN} more" if len(skipped) > SHOWN else ""
        raise InvalidInputError(
            f"none of the {len(skipped)} pictures in {folder} can be used ({shown}{more}); "
            "repair them or give another folder"
        )
    ids, hashes = zip(*found, strict=True)
    return Scan(ids, hashes, tuple(skipped))


def _examined(pool: ThreadPoolExecutor, paths: Iterable[Path], known: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Examine files in parallel and in order, a few ahead: 50,000 at once would be ten seconds without progress."""
    ahead: deque[Future[tuple[str, str]]] = deque()
    for path in paths:
        ahead.append(pool.submit(_examine, path, known))
        if len(ahead) > AHEAD:
            yield ahead.popleft().result()
    while ahead:
        yield ahead.popleft().result()


def find_files(folder: Path, suffixes: tuple[str, ...]) -> tuple[list[str], list[tuple[str, str]], int]:
    """Return the sorted relative paths to read, what is skipped unread, and the number of other visible files."""
    inside = os.path.join(os.path.realpath(folder), "")
    prefix = len(os.path.join(folder, ""))
    names: list[str] = []
    skipped: list[tuple[str, str]] = []
    others = 0

    def relative(path: str) -> str:
        return path[prefix:].replace(os.sep, "/")

    def skip(path: str, reason: str) -> None:
        # Bytes that are no Unicode reach Python as surrogates, which no database stores: spell them out.
        skipped.append((relative(path).encode("utf-8", "backslashreplace").decode(), reason))

    def unlisted(fault: OSError) -> None:
        skip(fault.filename, f"the folder cannot be listed: {fault.strerror}")

    for parent, folders, files in os.walk(folder, onerror=unlisted):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in folders:
            if os.path.islink(path := os.path.join(parent, name)):
                skip(path, "a link to a folder, which is not followed")
        for name in files:
            path = os.path.join(parent, name)
            if name.startswith("."):
                continue
            if not name.lower().endswith(suffixes):
                others += 1
            elif not _is_unicode(path):
                skip(path, "its name is not valid Unicode; rename it")
            elif os.path.islink(path) and not os.path.realpath(path).startswith(inside):
                skip(path, "a link that leads out of the folder")
            else:
                names.append(relative(path))
    return sorted(names), skipped, others


def _is_unicode(path: str) -> bool:
    return path.encode("utf-8", "replace") == path.encode("utf-8", "surrogatepass")


def _examine(path: Path, known: frozenset[str]) -> tuple[str, str]:
    """Read one file to its end; return its SHA-256 and "", or "" and the reason why it cannot be used."""
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for ever
            return "", "not a regular file"
        if status.st_size == 0:
            return "", "empty (0 bytes)"
        if status.st_size > MAX_BYTES:
            return "", f"too large: {status.st_size / 1e9:.1f} GB, at most {MAX_BYTES / 1e9:.1f} GB are read"
        with open(path, "rb") as file:
            if known and (digest := hashlib.file_digest(file, "sha256").hexdigest()) in known:
                return digest, ""
            file.seek(0)
            open_picture(file).verify()  # checksums, which decoding does not look at
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            decode(file, at_least=1)
    except ClusteerError as fault:
        return "", str(fault)
    except UnidentifiedImageError:
        return "", f"not a {KINDS} picture, or one of a rare kind, or its beginning is damaged"
    except Image.DecompressionBombError as fault:
        return "", f"too large to decode safely: {fault}"
    except OSError as fault:
        return "", f"cannot be read: {fault.strerror}" if fault.strerror else _damaged(fault)
    except Exception as fault:  # damaged data makes Pillow's decoders raise nearly anything
        return "", _damaged(fault)
    return digest, ""


def _damaged(fault: Exception) -> str:
    return f"damaged: {' '.join(str(fault).split()) or type(fault).__name__}"
