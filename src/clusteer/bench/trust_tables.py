"""Tables of how far what a person is shown about their answers is true."""

from clusteer.bench.cells import Table, finished, mark, mean_of, not_run
from clusteer.bench.results import Results
from clusteer.bench.spec import Spec, case_name, setting


def doubt(spec: Spec, found: Results) -> Table:
    """One row per setting, means over seeds."""
    shares = ("precision", "recall", "error_rate", "right_weight", "wrong_weight", "acc")
    rows: list[tuple[str, ...]] = []
    for case in (case for row in spec.rows for case in row.settings.values()):
        runs = finished(found, case)
        points = [run["result"]["points"][-1] for run in runs]
        name = (case_name(case) + mark(found, runs), str(case["budget"]), f"{case['noise']:.0%}", str(len(runs)))
        if not points:
            rows.append((*name, not_run(spec, found.of(setting(case))), *[""] * len(shares)))
            continue
        rows.append((*name, mean_of(points, "wrong", ".1f"), *(mean_of(points, share, ".3f") for share in shares)))
    columns = (
        "set and truth", "answers", "asked wrong", "runs", "wrong", "precision", "recall", "error rate told",
        "weight of right ones", "of wrong ones", "acc",
    )  # fmt: skip
    notes = ("precision, recall: of the least believed 15 % of the answers; drawn at random both would be .15",)
    return Table(spec.title, columns, rows, notes)


def audit(spec: Spec, found: Results) -> Table:
    """One row per setting: how often the interval holds the truth, and how wide it is."""
    shares = ("acc", "told", "off", "half_width", "covered")
    rows: list[tuple[str, ...]] = []
    for case in (case for row in spec.rows for case in row.settings.values()):
        runs = finished(found, case)
        points = [run["result"]["points"][-1] for run in runs]
        name = (case_name(case) + mark(found, runs), f"{case['noise']:.0%}", str(len(runs)))
        if not points:
            rows.append((*name, not_run(spec, found.of(setting(case))), *[""] * len(shares)))
            continue
        rows.append((*name, mean_of(points, "audited", ".0f"), *(mean_of(points, share, ".3f") for share in shares)))
    columns = (
        "set and truth", "asked wrong", "runs", "audit answers", "acc", "acc told", "off by", "half the interval",
        "held the truth",
    )  # fmt: skip
    return Table(spec.title, columns, rows, ("held the truth: .95 of the runs should",))
