"""Tables of how far what a person is shown about their answers is true."""

from collections.abc import Mapping
from statistics import fmean

from clusteer.bench.cells import Table, finished, mark, mean_of, not_run
from clusteer.bench.results import Results
from clusteer.bench.spec import Spec, case_name, setting


def doubt(spec: Spec, found: Results) -> Table:
    """How many of the least believed answers are wrong, by setting."""
    columns = {
        "wrong": "wrong", "precision": "precision", "recall": "recall", "error_rate": "error rate told",
        "right_weight": "weight of right ones", "wrong_weight": "of wrong ones", "acc": "acc",
    }  # fmt: skip
    note = "precision, recall: of the least believed 15 % of the answers; drawn at random both would be .15"
    return _by_setting(spec, found, columns, note)


def audit(spec: Spec, found: Results) -> Table:
    """How often the interval holds the truth, and how wide it is, by setting."""
    columns = {
        "audited": "audit answers", "acc": "acc", "told": "acc told", "off": "off by",
        "half_width": "half the interval", "covered": "held the truth", "precision_off": "pairs' precision off by",
        "precision_covered": "held", "recall_off": "recall off by", "recall_covered": "held ",
        "start": "acc before any answer", "harmed": "worse than that", "harm_told": "harm told",
    }  # fmt: skip
    return _by_setting(spec, found, columns, "held the truth: .95 of the runs should")


def forecast(spec: Spec, found: Results) -> Table:
    """How far forecasts of what the next answers bring were off, by setting."""
    columns = {
        "forecasts": "forecasts", "acc": "acc at the end", "error": "off by", "no_change": "were nothing foreseen",
        "bias": "foreseen too much", "within": "within 2 deviations", "at_rest": "stop said", "missed": "gained after",
    }  # fmt: skip
    note = "gained after: in all answers that followed the first one at which stopping was suggested"
    return _by_setting(spec, found, columns, note)


def harm(spec: Spec, found: Results) -> Table:
    """How often groups were worse after answers than before any, by setting and number of answers, and over all."""
    rows: list[tuple[str, ...]] = []
    over_all: dict[tuple[str, int], list[float]] = {}
    for case in (case for row in spec.rows for case in row.settings.values()):
        runs, noise = finished(found, case), f"{case['noise']:.0%}"
        name = case_name({**case, "noise": 0.0}) + mark(found, runs)
        if not runs:
            rows.append((name, noise, "", "0", not_run(spec, found.of(setting(case))), "", ""))
        gains: dict[int, list[float]] = {}
        for point in (point for run in runs for point in run["result"]["points"]):
            gains.setdefault(point["answers"], []).append(point["gain"])
            over_all.setdefault((noise, point["answers"]), []).append(point["gain"])
        rows += [(name, noise, str(answers), *_of_gains(values)) for answers, values in gains.items()]
    rows += [("all", noise, str(answers), *_of_gains(gains)) for (noise, answers), gains in over_all.items()]
    columns = ("set and truth", "wrong", "answers", "runs", "made worse", "worst change", "mean change")
    return Table(spec.title, columns, rows, ("changes are of accuracy, from the groups before any answer",))


def _of_gains(gains: list[float]) -> tuple[str, ...]:
    worse = sum(gain < 0 for gain in gains) / len(gains)
    return str(len(gains)), f"{worse:.1%}", f"{min(gains):+.3f}", f"{fmean(gains):+.3f}"


def _by_setting(spec: Spec, found: Results, columns: Mapping[str, str], note: str) -> Table:
    """Return one row per setting with means over seeds, the first column a number of answers and the others shares."""
    first, *shares = columns
    rows: list[tuple[str, ...]] = []
    for case in (case for row in spec.rows for case in row.settings.values()):
        runs = finished(found, case)
        points = [run["result"]["points"][-1] for run in runs]
        name = (
            case_name(case) + mark(found, runs), str(case["strategy"]), str(case["budget"]), f"{case['noise']:.0%}",
            str(len(runs)),
        )  # fmt: skip
        if not points:
            rows.append((*name, not_run(spec, found.of(setting(case))), *[""] * len(shares)))
            continue
        rows.append((*name, mean_of(points, first, ".1f"), *(mean_of(points, share, ".3f") for share in shares)))
    return Table(
        spec.title, ("set and truth", "strategy", "answers", "asked wrong", "runs", *columns.values()), rows, (note,)
    )
