"""What a person demands of groups, in words."""

from collections.abc import Callable, Iterable

from clusteer.constraints.kinds import Balance, Cardinality, ClusterSizes

Name = Callable[[int], str]
Demand = Cardinality | Balance | ClusterSizes
SHOWN = 3
"""Items named as examples."""


def numbered(row: int) -> str:
    """Name an item by its row."""
    return f"item {row}"


def listed(words: Iterable[str], most: int | None = None) -> str:
    """Return words joined by commas and a last "and"; of more than ``most`` the first and how many more."""
    words = list(words)
    if most is not None and len(words) > most + 1:
        words = [*words[:most], f"{len(words) - most:,} more"]
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def describe(demand: Demand, name: Name) -> str:
    """Return a demand as a clause, such as "each group is to hold at most 200 items"."""
    match demand:
        case Cardinality():
            who = "each group" if demand.group is None else f"the group of {name(demand.group)}"
            return f"{who} is to hold {bounds(demand)} {counted(demand, name)}"
        case Balance():
            parts = listed(f"{len(part):,}" for part in demand.parts)
            return f"each group is to hold the same share, within {demand.tolerance:g}, of parts of {parts} items"
        case ClusterSizes():
            shares = listed(f"{share:.3g}" for share in sorted(demand.shares, reverse=True))
            return f"the groups are to hold shares of {shares} of the items"


def bounds(cardinality: Cardinality) -> str:
    """Return the bounds of a cardinality in words."""
    lower, upper = cardinality.lower, cardinality.upper
    if lower == upper:
        return f"exactly {lower:,}"
    least, most = ("" if lower is None else f"at least {lower:,}"), ("" if upper is None else f"at most {upper:,}")
    return " and ".join(filter(None, [least, most]))


def counted(cardinality: Cardinality, name: Name) -> str:
    """Return what a cardinality counts in words."""
    if cardinality.items is None:
        return "items"
    return f"of the {len(cardinality.items):,} items {listed(map(name, cardinality.items), SHOWN)}"
