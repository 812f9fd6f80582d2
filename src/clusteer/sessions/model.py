"""A finished grouping as a model for new items: arrays as safetensors, words as JSON, nothing that runs code."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clusteer.core.checks import check_matrix
from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.core.index import Index
from clusteer.sessions.faults import plain_faults
from clusteer.sessions.registry import Method, get_method

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusteer.encoders.tfidf import Tfidf
    from clusteer.sessions.session import Session

FORMAT = "clusteer model 1"
_WORDS = "tfidf.json"
_INDEX_ARRAYS = tuple(field.name for field in fields(Index) if field.name != "encoder")


@dataclass(frozen=True)
class Model:
    """Groups new items as a session grouped its own.

    Attributes
    ----------
    engine : Method
        The fitted engine.
    encoder : str
        What must have made the features.
    dimensions : int
        Number D of features the encoder gives.
    names : dict of int to str
        What groups are called, where they have names.
    tfidf : Tfidf or None
        What encodes texts, where the groups are of texts.
    """

    engine: Method
    encoder: str
    dimensions: int
    names: dict[int, str]
    tfidf: Tfidf | None = None

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the (m, D) features of m texts, for ``predict`` and ``predict_proba``.

        Raises
        ------
        InvalidInputError
            If the model is not of texts.
        """
        if self.tfidf is None:
            raise InvalidInputError(f"this model groups what {self.encoder!r} encodes, not texts; give such features")
        features: NDArray[np.float32] = self.tfidf.encode(texts).toarray()
        return features

    def predict_proba(self, features: ArrayLike) -> NDArray[np.float32]:
        """Return (m, k) group probabilities of new items, given their (m, D) features."""
        matrix = check_matrix(features)
        if matrix.shape[1] != self.dimensions:
            raise InvalidInputError(
                f"the features have {matrix.shape[1]} columns but this model was made for {self.dimensions}; encode "
                f"the items with {self.encoder!r}"
            )
        return self.engine.predict_proba(matrix)

    def predict(self, features: ArrayLike) -> NDArray[np.int64]:
        """Return the group number (m,) of new items, given their (m, D) features."""
        groups: NDArray[np.int64] = self.predict_proba(features).argmax(axis=1).astype(np.int64)
        return groups


def save_model(session: Session, folder: Path) -> None:
    """Write ``model.safetensors``, ``model.json`` and, for texts, ``tfidf.json`` of a session into a folder."""
    from safetensors.numpy import save_file

    from clusteer.neighbors import subset_index

    labels, index = session.refit().labels, session.index
    present = np.delete(np.arange(len(index)), list(session.ledger.gone))
    if len(present) < len(index):
        index = subset_index(index, present)
    arrays = {f"index.{name}": np.ascontiguousarray(getattr(index, name)) for name in _INDEX_ARRAYS}
    arrays |= {f"engine.{name}": np.ascontiguousarray(array) for name, array in session.engine.state(present).items()}
    words = {
        "format": FORMAT,
        "method": session.row.method,
        "encoder": index.encoder,
        "names": {str(group): name for group, name in sorted(session.ledger.names(labels).items())},
    }
    save_file(arrays, folder / "model.safetensors")
    if session.tfidf is not None:
        (folder / _WORDS).write_bytes(session.tfidf.to_json())
    (folder / "model.json").write_text(json.dumps(words, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load_model(folder: str | Path) -> Model:
    """Read a model that an export wrote.

    Raises
    ------
    NotFoundError
        If the folder holds no model.
    InvalidInputError
        If it is of another format, or damaged.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    folder = Path(folder)
    with plain_faults(folder):
        try:
            words = json.loads((folder / "model.json").read_text(encoding="utf-8"))
            arrays = load_file(folder / "model.safetensors")
            tfidf = (folder / _WORDS).read_bytes() if (folder / _WORDS).exists() else None
        except FileNotFoundError as fault:
            raise NotFoundError(f"{folder} holds no model; give the folder 'model' of an export") from fault
        except (json.JSONDecodeError, UnicodeDecodeError, SafetensorError) as fault:
            raise InvalidInputError(f"the model in {folder} is damaged ({fault}); export it again") from fault
    if not isinstance(words, dict) or words.get("format") != FORMAT:
        raise InvalidInputError(f"{folder} is not of the format {FORMAT!r} that this version reads; export it again")
    index = Index(encoder=words["encoder"], **{name: arrays[f"index.{name}"] for name in _INDEX_ARRAYS})
    state = {key.removeprefix("engine."): array for key, array in arrays.items() if key.startswith("engine.")}
    names = {int(group): name for group, name in words["names"].items()}
    engine = get_method(words["method"]).from_state(state, index)
    return Model(engine, index.encoder, len(index.mean), names, None if tfidf is None else _read_tfidf(tfidf))


def _read_tfidf(content: bytes) -> Tfidf:
    from clusteer.encoders.tfidf import Tfidf

    return Tfidf.from_json(content)
