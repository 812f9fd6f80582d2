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
    from clusteer.sessions.session import Session

FORMAT = "clusteer model 1"
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
    """

    engine: Method
    encoder: str
    dimensions: int
    names: dict[int, str]

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
    """Write ``model.safetensors`` and ``model.json`` of a session as it stands into a folder."""
    from safetensors.numpy import save_file

    labels, index = session.refit().labels, session.index
    arrays = {f"index.{name}": np.ascontiguousarray(getattr(index, name)) for name in _INDEX_ARRAYS}
    arrays |= {f"engine.{name}": np.ascontiguousarray(array) for name, array in session.engine.state().items()}
    words = {
        "format": FORMAT,
        "method": session.row.method,
        "encoder": index.encoder,
        "names": {str(group): name for group, name in sorted(session.ledger.names(labels).items())},
    }
    save_file(arrays, folder / "model.safetensors")
    (folder / "model.json").write_text(json.dumps(words, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load_model(folder: Path) -> Model:
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

    with plain_faults(folder):
        try:
            words = json.loads((folder / "model.json").read_text(encoding="utf-8"))
            arrays = load_file(folder / "model.safetensors")
        except FileNotFoundError as fault:
            raise NotFoundError(f"{folder} holds no model; give the folder 'model' of an export") from fault
        except (json.JSONDecodeError, UnicodeDecodeError, SafetensorError) as fault:
            raise InvalidInputError(f"the model in {folder} is damaged ({fault}); export it again") from fault
    if not isinstance(words, dict) or words.get("format") != FORMAT:
        raise InvalidInputError(f"{folder} is not of the format {FORMAT!r} that this version reads; export it again")
    index = Index(encoder=words["encoder"], **{name: arrays[f"index.{name}"] for name in _INDEX_ARRAYS})
    state = {key.removeprefix("engine."): array for key, array in arrays.items() if key.startswith("engine.")}
    names = {int(group): name for group, name in words["names"].items()}
    return Model(get_method(words["method"]).from_state(state, index), index.encoder, len(index.mean), names)
