"""The nouns of WordNet from its own files: which senses a word has, and what there is of a kind."""

import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from clusteer.core.errors import UnavailableError

FOLDER = Path("/usr/share/wordnet")
"""Where Debian's package wordnet-base puts the files."""
_HYPONYMS = ("~", "~i")


@dataclass(frozen=True)
class Sense:
    """A set of synonyms.

    Attributes
    ----------
    offset : int
        Its place in ``data.noun``.
    words : tuple of str
        The synonyms, spaces for underscores.
    uses : tuple of int
        How often each was met in this sense in WordNet's own texts; 0 where the counts are missing.
    narrower : tuple of int
        Offsets of its kinds and instances.
    gloss : str
        What it means.
    """

    offset: int
    words: tuple[str, ...]
    uses: tuple[int, ...]
    narrower: tuple[int, ...]
    gloss: str


class WordNet:
    """The nouns in a folder with ``index.noun`` and ``data.noun``, and ``cntlist.rev`` where it is there.

    Parameters
    ----------
    folder : Path
        The folder.

    Raises
    ------
    UnavailableError
        If the files are not there.

    Notes
    -----
    **Source**: the formats wndb(5WN) and cntlist(5WN) of WordNet 3.0 (Miller, 1995).
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        missing = [name for name in ("index.noun", "data.noun") if not (folder / name).is_file()]
        if missing:
            raise UnavailableError(
                f"{folder} holds no {' and no '.join(missing)} of WordNet; install Debian's package wordnet-base, or "
                "name the folder that holds them"
            )
        self.folder = folder

    def senses(self, word: str) -> list[Sense]:
        """Return the senses of a noun, the most used first; none where it is not known.

        What counts is how often the word itself was met in a sense; where it never was, how often its synonyms were.
        """
        name = word.strip().lower()

        def used(sense: Sense) -> tuple[int, int]:
            own = [uses for uses, each in zip(sense.uses, sense.words, strict=True) if each.lower() == name]
            return sum(own), sum(sense.uses)

        return sorted(map(self.sense, self._index.get(name.replace(" ", "_"), ())), key=used, reverse=True)

    def sense(self, offset: int) -> Sense:
        """Return the sense at a place in ``data.noun``."""
        self._data.seek(offset)
        line, _, gloss = self._data.readline().decode("utf-8", "replace").partition(" | ")
        parts = line.split()
        file, n_words = parts[1], int(parts[3], 16)
        names = parts[4 : 4 + 2 * n_words : 2]
        keys = [f"{name.lower()}%1:{file}:{int(number, 16):02d}::" for name, number in zip(
            names, parts[5 : 5 + 2 * n_words : 2], strict=True
        )]  # fmt: skip
        pointers = parts[5 + 2 * n_words :]
        narrower = tuple(int(pointers[at + 1]) for at in range(0, len(pointers) - 3, 4) if pointers[at] in _HYPONYMS)
        words = tuple(name.replace("_", " ") for name in names)
        return Sense(offset, words, tuple(self._uses.get(key, 0) for key in keys), narrower, gloss.strip())

    def kinds(self, sense: Sense) -> Iterator[tuple[int, Sense]]:
        """Yield all kinds of a sense and how many steps below it each is, the nearest first, each once."""
        seen, level, depth = {sense.offset}, [sense], 0
        while level:
            depth += 1
            below = [offset for each in level for offset in each.narrower if offset not in seen]
            level = [self.sense(offset) for offset in dict.fromkeys(below)]
            seen.update(below)
            for each in level:
                yield depth, each

    @property
    def nouns(self) -> list[str]:
        """Every noun, in alphabetic order, with underscores for spaces."""
        return list(self._index)

    @cached_property
    def _index(self) -> dict[str, tuple[int, ...]]:
        found = {}
        for line in (self.folder / "index.noun").read_text(encoding="utf-8", errors="replace").splitlines():
            if line and not line.startswith(" "):
                parts = line.split()
                found[parts[0]] = tuple(map(int, parts[-int(parts[2]) :]))
        return found

    @cached_property
    def _data(self) -> mmap.mmap:
        with (self.folder / "data.noun").open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    @cached_property
    def _uses(self) -> dict[str, int]:
        path = self.folder / "cntlist.rev"
        if not path.is_file():
            return {}
        lines = (line.split() for line in path.read_text(encoding="utf-8", errors="replace").splitlines())
        return {parts[0]: int(parts[2]) for parts in lines if len(parts) == 3 and "%1:" in parts[0]}
