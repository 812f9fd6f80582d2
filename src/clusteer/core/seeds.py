"""One seed gives named child seeds, so that adding a random step never shifts the draws of another."""

import hashlib


def child_seed(seed: int, *names: str | int) -> int:
    """Return an integer in [0, 2**32) that depends on ``seed`` and ``names`` only.

    Parameters
    ----------
    seed : int
        The seed a person gave.
    names : str or int
        What the draw is for, for example ``"strategy", round``.
    """
    text = "/".join([str(int(seed)), *map(str, names)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
