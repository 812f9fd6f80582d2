"""Exact nearest neighbors: a rough matrix product draws a shortlist, exact distances rank it.

Large problems run in torch, in bfloat16 where a short probe finds that faster. What bfloat16 can have missed is known
from the rounding errors of the rows themselves: a query whose shortlist cannot be proved complete is done again in
float32, so the result is exact whatever the precision. Memory is bounded by a block of scores.
"""

import functools
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

_SMALL = 5000 * 5000
"""Scores up to which numpy alone is quick enough; torch takes longer to import."""
_BLOCK = 1 << 24
"""Scores held at a time."""
_GROUP = 16
_TILE = 32
"""Columns in a whole number of tiles make the product up to twice as fast."""
_BELOW_ALL = -1e4
_SCORE_ROUNDING = 2.0**-8
"""Largest relative error of a bfloat16 score."""

Found = tuple[NDArray[np.int32], NDArray[np.float32]]
Progress = Callable[[int, int, float], None]


def query_neighbors(embedding: NDArray[np.float32], queries: NDArray[np.float32], n_neighbors: int) -> Found:
    """Return the nearest items of an embedding for new items.

    Parameters
    ----------
    embedding : (n, d) float32
        Rows of an Index, of length 1 or 0.
    queries : (m, d) float32
        New items in the same embedding (``Index.project``).
    n_neighbors : int
        How many to find; at most n are.

    Returns
    -------
    indices : (m, q) int32
        The q = min(n_neighbors, n) nearest items, nearest first, the lower number first where equally near.
    distances : (m, q) float32
        Their Euclidean distances.
    """
    return nearest(embedding, queries, min(n_neighbors, len(embedding)))


def own_neighbors(embedding: NDArray[np.float32], n_neighbors: int, progress: Progress | None = None) -> Found:
    """Return the q = min(n_neighbors, n - 1) nearest *other* items of each of n items, as ``query_neighbors`` does."""
    return nearest(embedding, None, min(n_neighbors, len(embedding) - 1), progress=progress)


def nearest(
    embedding: NDArray[np.float32],
    queries: NDArray[np.float32] | None,
    q: int,
    *,
    progress: Progress | None = None,
    engine: str | None = None,
    block: int = _BLOCK,
) -> Found:
    """Find the q nearest rows for each query; without queries, for each row among the others.

    ``engine`` is "numpy", "float32" or "bfloat16" (both torch); by default what suits the size and the machine.
    """
    own = queries is None
    asked = embedding if queries is None else queries
    indices = np.empty((len(asked), q), np.int32)
    distances = np.empty((len(asked), q), np.float32)
    if q == 0 or len(asked) == 0:
        return indices, distances
    if engine is None:
        small = len(asked) * len(embedding) <= _SMALL
        engine = "numpy" if small else "bfloat16" if _bfloat16_is_faster() else "float32"
    search = _NumpySearch(embedding, q) if engine == "numpy" else _TorchSearch(embedding, q, own, engine)
    rows = max(1, block // len(embedding))
    started = time.monotonic()
    for start in range(0, len(asked), rows):
        stop = min(start + rows, len(asked))
        selves = np.arange(start, stop) if own else None
        indices[start:stop], distances[start:stop] = search(asked[start:stop], selves)
        if progress is not None:
            progress(stop, len(asked), (time.monotonic() - started) / stop * (len(asked) - stop))
    return indices, distances


def _halves(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n,) half of each row's squared length; scores are a.b - |b|^2 / 2, so that the largest is the nearest."""
    half: NDArray[np.float32] = np.einsum("nd,nd->n", values, values) / np.float32(2)
    return half


def _ranked(short: NDArray[np.int64], distances: NDArray[np.float32], q: int) -> Found:
    """Return the best q of each shortlist by distance, then by number."""
    best = np.lexsort((short, distances))[:, :q]
    return np.take_along_axis(short, best, 1).astype(np.int32), np.take_along_axis(distances, best, 1)


class _NumpySearch:
    """Block by block in numpy."""

    def __init__(self, embedding: NDArray[np.float32], q: int) -> None:
        self.embedding = embedding
        self.halves = _halves(embedding)
        self.q = q

    def __call__(self, queries: NDArray[np.float32], selves: NDArray[np.int64] | None) -> Found:
        scores = queries @ self.embedding.T - self.halves
        n = len(self.embedding)
        if selves is not None:
            scores[np.arange(len(queries)), selves] = -np.inf
            n -= 1
        width = min(2 * self.q + 1, n)
        short = np.argpartition(scores, -width, axis=1)[:, -width:]
        gaps = self.embedding[short] - queries[:, None]
        return _ranked(short, np.sqrt(np.einsum("bsd,bsd->bs", gaps, gaps)), self.q)


class _TorchSearch:
    """Block by block in torch, in float32 or bfloat16."""

    def __init__(self, embedding: NDArray[np.float32], q: int, own: bool, engine: str) -> None:
        import torch

        precision = torch.bfloat16 if engine == "bfloat16" else torch.float32
        self.q = q
        self.width = min(2 * q + 1, len(embedding) - own)
        self.exact = torch.tensor(embedding)
        # One more column turns the product into minus half the squared distance of unit rows: the nearer, the finer
        # the rounding of the score. Rows are filled up to whole groups with some that score below all.
        self.groups = _GROUP if len(embedding) // _GROUP >= self.width else 1
        n, d = embedding.shape
        self.table = torch.zeros((n + -n % self.groups, d + 1 + -(d + 1) % _TILE))
        self.table[:n, :d] = self.exact
        self.table[:n, d] = -0.5 - torch.from_numpy(_halves(embedding))
        self.table[n:, d] = _BELOW_ALL
        self.rough = self.table.to(precision)
        self.rounding = float(_rounding(self.exact, precision).max())
        self.scores = torch.empty((0, len(self.table)), dtype=precision)

    def __call__(self, queries: NDArray[np.float32], selves: NDArray[np.int64] | None) -> Found:
        import torch

        asked = torch.tensor(queries)
        if len(self.scores) < len(asked):
            # Kept from block to block: fresh memory costs more time than the product that fills it.
            self.scores = torch.empty((len(asked), len(self.table)), dtype=self.rough.dtype)
        indices, distances, cut = self._search(asked, selves, self.rough, self.scores[: len(asked)])
        if self.rough.dtype == torch.float32 or self.width == len(self.exact) - (selves is not None):
            return indices, distances
        # A row off the shortlist scores at most ``cut`` give or take the rounding of both rows and of the score.
        error = _rounding(asked, self.rough.dtype).numpy() + self.rounding + np.abs(cut) * _SCORE_ROUNDING
        reach = (asked * asked).sum(1).numpy() - 1 - 2 * (cut + error)
        doubtful = np.flatnonzero(distances[:, -1] ** 2 > reach)
        if len(doubtful):
            scores = torch.empty((len(doubtful), len(self.table)))
            again = self._search(asked[doubtful], None if selves is None else selves[doubtful], self.table, scores)
            indices[doubtful], distances[doubtful] = again[:2]
        return indices, distances

    def _search(
        self, asked: "torch.Tensor", selves: NDArray[np.int64] | None, table: "torch.Tensor", scores: "torch.Tensor"
    ) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.float32]]:
        """Neighbors, distances, and the lowest score on each shortlist."""
        import torch

        d = asked.shape[1]
        left = torch.zeros((len(asked), table.shape[1]))
        left[:, :d] = asked
        left[:, d] = 1
        torch.mm(left.to(table.dtype), table.T, out=scores)
        if selves is not None:
            scores[torch.arange(len(asked)), torch.from_numpy(selves)] = -torch.inf
        # The best scores lie in the groups with the best maxima; a maximum is much cheaper than a ranking.
        grouped = scores.view(len(asked), self.groups, -1)
        groups = grouped.amax(1).topk(self.width, sorted=False).indices
        members = (groups[:, None] + torch.arange(self.groups)[:, None] * grouped.shape[2]).flatten(1)
        best = scores.gather(1, members).topk(self.width, sorted=False)
        short = members.gather(1, best.indices)
        distances = torch.linalg.vector_norm(self.exact[short] - asked[:, None], dim=2)
        indices, ranked = _ranked(short.numpy(), distances.numpy(), self.q)
        return indices, ranked, best.values.amin(1).float().numpy()


def _rounding(rows: "torch.Tensor", precision: "torch.dtype") -> "torch.Tensor":
    """(n,) how far each row moves when stored in a precision."""
    import torch

    moved: torch.Tensor = torch.linalg.vector_norm(rows - rows.to(precision).float(), dim=1)
    return moved


@functools.cache
def _bfloat16_is_faster() -> bool:
    """Whether a matrix product of usual shape, about 10 ms in float32, gains from bfloat16 on this machine."""
    import torch

    seconds: dict[torch.dtype, float] = {}
    for precision in (torch.float32, torch.bfloat16):
        table = torch.ones((8192, 128), dtype=precision)
        scores = torch.empty((256, 8192), dtype=precision)
        for _ in range(4):
            start = time.perf_counter()
            torch.mm(table[:256], table.T, out=scores)
            seconds[precision] = min(time.perf_counter() - start, seconds.get(precision, np.inf))
    return seconds[torch.bfloat16] < seconds[torch.float32]
