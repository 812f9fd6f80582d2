"""Small benchmarks for the tests."""

from clusteer.bench.spec import Case, Published, Row, Spec

FIGURE = Published("Theirs", "acc", 0.8, "100 pairs", "A paper, Table 1", "they are given the number of groups")


def row(*cases: Case, targets: dict[int, float] | None = None, needs: str = "", published: bool = False) -> Row:
    return Row(cases, targets or {}, (FIGURE,) if published else (), needs)


def spec(*rows: Row, kind: str = "accuracy", name: str = "toy") -> Spec:
    return Spec(name, "A toy", kind, rows)
