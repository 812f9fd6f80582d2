import pytest

from clusteer.core import ClusteerError, InvalidInputError, NotFoundError, StorageError, UnavailableError


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (InvalidInputError, ValueError),
        (NotFoundError, LookupError),
        (StorageError, OSError),
        (UnavailableError, Exception),
    ],
)
def test_each_error_is_caught_as_ours_and_as_pythons_and_shows_its_sentence(
    error: type[ClusteerError], builtin: type[Exception]
) -> None:
    for kind in (ClusteerError, builtin):
        with pytest.raises(kind) as caught:
            raise error("the folder 'a' is empty; choose another")
        assert str(caught.value) == "the folder 'a' is empty; choose another"
