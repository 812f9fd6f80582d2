"""Pictures of one array."""

import numpy as np
import pytest

from clusteer.core.errors import InvalidInputError
from clusteer.data.pictures import ArrayPictures


def test_array_too_short_for_its_rows() -> None:
    pictures = ArrayPictures(lambda: np.zeros((3, 2, 2), np.uint8), np.array([0, 3]))
    with pytest.raises(InvalidInputError, match=r"holds 3 pictures but picture 3 \(from 0\)"):
        pictures.image(0)
