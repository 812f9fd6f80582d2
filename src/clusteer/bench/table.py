"""What a benchmark found, as tables for people: ours, what was published, the gap, and why a row was not run."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev
from typing import Any

from clusteer.bench.results import Results
from clusteer.bench.spec import Case, Published, Row, Spec, case_name, setting

Run = dict[str, Any]
OLDER = " *"
"""Stands behind the name of a row with runs of older code."""


@dataclass(frozen=True)
class Table:
    """A table: its title, column names, rows of as many cells, and sentences below it."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]
    notes: tuple[str, ...] = ()


def tables(spec: Spec, found: Results) -> list[Table]:
    """Return the tables of a benchmark; a row without a result says why."""
    if spec.kind == "scale":
        return [_scale(spec, found)]
    if spec.kind == "latency":
        return [_latency(spec, found)]
    if spec.kind == "epoch":
        return [_epoch(spec, found)]
    if spec.kind == "projection":
        return [_maps(spec, found)]
    first = {"accuracy": _targets, "deep": _deep, "mining": _mining, "rounds": _rounds}.get(spec.kind, _minutes)
    makers: list[Callable[[Spec, Results], Table]] = [first]
    if any(row.published for row in spec.rows):
        makers.append(_published)
    return [make(spec, found) for make in makers]


def remark_on_age(found: Results) -> str:
    """Return a sentence on the runs that other code than this made; nothing where there are none."""
    older = [run for run in found.runs if found.is_older(run)]
    if not older:
        return ""
    commits = sorted({str(found.origins[run["origin"]]["commit"])[:7] for run in older})
    return (
        f"{OLDER.strip()} {len(older)} of {len(found.runs)} runs are by older code (commit {', '.join(commits)}); "
        "bench run --again makes them anew"
    )


def standard_error(values: list[float]) -> float:
    """Return the standard error of a mean; 0 for a single value."""
    return stdev(values) / sqrt(len(values)) if len(values) > 1 else 0.0


def verdict(mean: float, error: float, wanted: float) -> str:
    """Return whether a mean is enough; a miss within two standard errors passes."""
    if mean >= wanted:
        return "reached"
    return "within two errors" if mean + 2 * error >= wanted else "missed"


def not_run(spec: Spec, runs: Iterable[Run]) -> str:
    """Return why a setting has no result."""
    reasons = [run["not_run"] for run in runs if "not_run" in run]
    name, _, quick = spec.name.partition(".quick")
    how = f"needs clusteer bench run {name}" + (" --quick" if quick or spec.name.endswith(".quick") else "")
    return f"not run: {reasons[0] if reasons else how}"


def _finished(found: Results, case: Case) -> list[Run]:
    return [run for run in found.of(setting(case)) if "result" in run]


def _mark(found: Results, runs: Iterable[Run]) -> str:
    return OLDER if any(found.is_older(run) for run in runs) else ""


def _scale(spec: Spec, found: Results) -> Table:
    """One row per number of items."""
    measured = {"encode": ("seconds",), "index": ("seconds",), "session": ("update_seconds", "ask_seconds")}
    rows: list[tuple[str, ...]] = []
    for items in dict.fromkeys(case["items"] for case in spec.cases):
        cells, made = [f"{items:,}"], []
        for step, measures in measured.items():
            cases = [case for case in spec.cases if (case["items"], case["step"]) == (items, step)]
            runs = [run for case in cases for run in _finished(found, case)]
            made += runs
            names = (*measures, "peak_megabytes")
            if runs:
                cells += [_number(runs[0]["result"][name], name) for name in names]
            else:
                cells += [not_run(spec, found.of(setting(cases[0])) if cases else ())] + [""] * len(measures)
        rows.append((cells[0] + _mark(found, made), *cells[1:]))
    columns = ("items", "encode s", "MB", "Index s", "MB", "update s", "next question s", "MB")
    return Table(spec.title, columns, rows)


def _deep(spec: Spec, found: Results) -> Table:
    """One row per setting: means over constraint sets, and what was asked for them."""
    scores = ("acc", "nmi", "nmi_geometric", "test_acc", "spread", "possible_acc")
    without = {
        (case["dataset"], case["items"]): runs[0]["result"]["points"][-1]["acc"]
        for case in spec.cases
        if (case["method"], case["guidance"]) == ("idec", "none") and (runs := _finished(found, case))
    }
    counts = ("answers", "pairs_known", "broken", "epochs", "seconds", "pretraining_seconds", "peak_megabytes")
    rows: list[tuple[str, ...]] = []
    for case in (case for row in spec.rows if not row.needs for case in row.settings.values()):
        runs = _finished(found, case)
        points = [run["result"]["points"][-1] for run in runs]
        size = f", {case['items']:,} items" if case["items"] else ""
        told = f"{case['amount']:,} {case['guidance']}" if case["amount"] else str(case["guidance"])
        name = (case_name(case) + size + _mark(found, runs), str(case["method"]), told)
        if not points:
            empty = [""] * (len(scores) + len(counts))
            rows.append((*name, "0", not_run(spec, found.of(setting(case))), *empty))
            continue
        means = [_mean(points, score, ".4f") for score in scores] + [_mean(points, count, ",.0f") for count in counts]
        none = without.get((case["dataset"], case["items"]))
        worse = "" if none is None else f"{fmean(point['acc'] < none for point in points):.0%}"
        rows.append((*name, str(len(runs)), *means, worse))
    columns = (
        "set and truth", "method", "told", "sets", "acc", "nmi", "nmi, geometric", "test acc", "spread of sizes",
        "acc possible", "answers", "closure knows", "broken", "epochs", "seconds", "pretraining s", "peak MB",
        "worse than none",
    )  # fmt: skip
    notes = (
        "worse than none: sets whose accuracy is below that of IDEC, which is told nothing (negative ratio)",
        "acc possible: of the labelling nearest to the truth that meets the demands",
        "closure knows: pairs that follow from the answers; the method was given the answers alone",
    )
    return Table(spec.title, columns, rows, notes)


def _mining(spec: Spec, found: Results) -> Table:
    """One row per setting: means over seeds, and whether IDC is as good as wanted."""
    scores = ("start_acc", "corrected_acc", "instant_acc", "aligned_acc")
    counts = ("positive", "groups", "start_seconds", "asking_seconds", "training_seconds", "peak_megabytes")
    rows: list[tuple[str, ...]] = []
    for row in spec.rows:
        for case in () if row.needs else row.settings.values():
            runs = _finished(found, case)
            points = [run["result"]["points"][-1] for run in runs]
            asked = tuple(
                str(case[name]) for name in ("encoder", "start", "user", "choice", "questions", "candidates", "losses")
            )
            name = (case_name(case) + _mark(found, runs), *asked, str(len(runs)))
            if not points:
                rows.append((*name, not_run(spec, found.of(setting(case))), *[""] * (len(scores) + len(counts) + 3)))
                continue
            values = [point["acc"] for point in points]
            mean, error = fmean(values), standard_error(values)
            wanted = row.targets.get(int(case["questions"]))
            rows.append(
                (
                    *name,
                    *(_mean(points, score, ".4f") for score in scores),
                    f"{mean:.4f} ({error:.4f})",
                    f"{wanted}: {verdict(mean, error, wanted)}" if wanted else "",
                    *(_mean(points, score, ".4f") for score in ("nmi", "ari")),
                    *(_mean(points, count, ",.0f") for count in counts),
                )
            )
    columns = (
        "set and truth", "encoder", "from", "user", "picked by", "questions", "candidates", "losses", "seeds", "start",
        "answered corrected", "instant engine", "before training", "IDC", "wanted", "nmi", "ari", "positive", "groups",
        "start s", "asking s", "training s", "peak MB",
    )  # fmt: skip
    notes = (
        "matched accepts clusters, by-exemplar judges by the pictures, misread does too and is read as matched",
        "answered corrected: the start with nothing but the answered items put right; before training: groups and "
        "clusters aligned",
    )
    return Table(spec.title, columns, rows, notes)


def _rounds(spec: Spec, found: Results) -> Table:
    """One row per setting: the mean accuracy after each round, and at the end all else."""
    cases = {name: case for row in spec.rows if not row.needs for name, case in row.settings.items()}
    most = max((int(case["rounds"]) for case in cases.values()), default=0)
    rows: list[tuple[str, ...]] = []
    for case in cases.values():
        runs = _finished(found, case)
        size = f", {case['items']:,} items" if case["items"] else ""
        encoder = f", {case['encoder']}" if "encoder" in case else ""
        name = (case_name(case) + encoder + size + _mark(found, runs), str(case["method"]), str(case["strategy"]))
        lines = [run["result"]["points"] for run in runs]
        told = (*name, f"{case['budget']:,}", str(len(runs)))
        if not lines:
            rows.append((*told, not_run(spec, found.of(setting(case))), *[""] * (most + len(_AT_THE_END) - 1)))
            continue
        steps = [_spread([line[place]["acc"] for line in lines if place < len(line)]) for place in range(most)]
        ends = [line[-1] for line in lines]
        rows.append((*told, *steps, *(_mean(ends, measure, form) for measure, form in _AT_THE_END.items())))
    columns = (
        "set and truth", "method", "strategy", "pairs", "seeds", *(f"round {place + 1}" for place in range(most)),
        "test acc", "nmi", "ari", "last said same", "closure knows", "to choose s", "all s", "peak MB",
    )  # fmt: skip
    notes = (
        "round: mean accuracy after it, and its standard error; test acc: after the last, on the test split",
        "closure knows: pairs that follow from the answers; to choose: the pairs of the last round",
    )
    return Table(spec.title, columns, rows, notes)


def _maps(spec: Spec, found: Results) -> Table:
    """One row per setting: how much of what lies near an item is of its class, by each criterion."""
    cases = [case for row in spec.rows for case in row.settings.values()]
    ran = [run["result"] for case in cases for run in _finished(found, case)]
    criteria = list(dict.fromkeys(name for result in ran for name in result["near"]))
    rows: list[tuple[str, ...]] = []
    for case in cases:
        runs = _finished(found, case)
        name = (map_name(case) + _mark(found, runs), f"{case['budget']:,}" if case["method"] != "none" else "0")
        if not runs:
            rows.append((*name, not_run(spec, found.of(setting(case))), *[""] * len(criteria)))
            continue
        result = runs[0]["result"]
        accuracy = "" if result["test_acc"] is None else f"{result['test_acc']:.4f}"
        rows.append((*name, accuracy, *(f"{result['near'][criterion]:.4f}" for criterion in criteria)))
    notes = ("near by ...: share of the ten nearest test items that are of an item's class by that criterion",)
    return Table(spec.title, ("map", "pairs", "test acc", *(f"near by {name}" for name in criteria)), rows, notes)


def map_name(case: Case) -> str:
    """Return what a map shows, in words."""
    return "before" if case["method"] == "none" else f"{case['method']}, {case_name(case)}"


_AT_THE_END = {
    "test_acc": ".4f", "nmi": ".4f", "ari": ".4f", "same": ".2f", "pairs_known": ",.0f", "ask_seconds": ".2f",
    "total_seconds": ",.0f", "peak_megabytes": ",.0f",
}  # fmt: skip


def _spread(values: list[float]) -> str:
    if not values:
        return ""
    return f"{fmean(values):.4f}" + (f" ({standard_error(values):.4f})" if len(values) > 1 else "")


def _mean(points: list[dict[str, float]], name: str, form: str) -> str:
    values = [point[name] for point in points if name in point]
    return format(fmean(values), form) if values else ""


_WAITS = {
    "first_page": "first page",
    "sessions_listed": "sessions listed",
    "first_question": "first question",
    "key_median": "key, median",
    "key_p95": "key, 95th percentile",
    "groups_max": "seen in Groups",
    "map_max": "seen in Map",
}


def _latency(spec: Spec, found: Results) -> Table:
    """One row per number of items, in milliseconds."""
    rows: list[tuple[str, ...]] = []
    for case in spec.cases:
        runs = _finished(found, case)
        cells = (
            [f"{runs[0]['result'][name]:,.0f}" for name in _WAITS] if runs else [not_run(spec, found.of(setting(case)))]
        )
        rows.append((f"{case['items']:,}" + _mark(found, runs), *cells, *[""] * (len(_WAITS) - len(cells))))
    notes = (
        "first page, sessions listed and first question: from the command, on a machine that has served them before",
        "key: from a press to the next question painted; seen: from a press, by others who look there, worst of ten",
    )
    return Table(spec.title, ("items", *_WAITS.values()), rows, notes)


def _epoch(spec: Spec, found: Results) -> Table:
    """One row per setting, means over the runs."""
    rows: list[tuple[str, ...]] = []
    for case in (case for row in spec.rows for case in row.settings.values()):
        runs = _finished(found, case)
        name = (f"{case['items']:,}" + _mark(found, runs), f"{case['amount']:,}")
        if not runs:
            rows.append((*name, not_run(spec, found.of(setting(case))), "", "", "", ""))
            continue
        ours, plain, megabytes = (
            runs[0]["result"][key] for key in ("epoch_seconds", "plain_seconds", "peak_megabytes")
        )
        half = "bfloat16" if runs[0]["result"]["bfloat16"] else "float32"
        rows.append((*name, f"{ours:.1f}", f"{plain:.1f}", f"{plain / ours:.2f}", half, f"{megabytes:,.0f}"))
    columns = ("items", "pairs", "epoch s", "plain loop s", "times as fast", "computed in", "peak MB")
    return Table(spec.title, columns, rows)


def _number(value: float, name: str) -> str:
    return f"{value:,.0f}" if name == "peak_megabytes" else f"{value:.3f}"


def _targets(spec: Spec, found: Results) -> Table:
    """One row per setting and target: the mean over seeds, its standard error, and whether it is enough."""
    rows: list[tuple[str, ...]] = []
    for row in spec.rows:
        first: dict[str, list[Run]] = {}
        for case in row.settings.values():
            runs = _finished(found, case)
            rival = first.setdefault(case_name(case), runs)
            for answers, wanted in row.targets.items():
                if answers > int(case["budget"]):
                    continue
                name = (case_name(case) + _mark(found, runs), str(case["strategy"]), str(answers))
                if not runs:
                    rows.append((*name, f"{wanted:.3f}", "", "", not_run(spec, found.of(setting(case)))))
                    continue
                values = [_at(run, answers) for run in runs]
                mean, error = f"{fmean(values):.4f}", f"{standard_error(values):.4f}"
                if runs is rival:
                    word = verdict(fmean(values), standard_error(values), wanted)
                    rows.append((*name, f"{wanted:.3f}", mean, error, word))
                else:
                    rows.append((*name, "", mean, error, _gain(rival, runs, answers)))
    columns = ("set and truth", "strategy", "answers", "wanted", "mean acc", "std error", "verdict")
    return Table(spec.title, columns, rows)


def _gain(rival: list[Run], runs: list[Run], answers: int) -> str:
    """Return by how much a row's first strategy is better, seed by seed."""
    by_seed = {run["case"]["seed"]: _at(run, answers) for run in rival}
    gains = [by_seed[seed] - _at(run, answers) for run in runs if (seed := run["case"]["seed"]) in by_seed]
    if not gains:
        return "no seed in common with the first strategy"
    name = rival[0]["case"]["strategy"]
    return f"{name} is better by {fmean(gains):+.4f} ({standard_error(gains):.4f})"


def _at(run: Run, answers: int) -> float:
    """Return the accuracy after so many answers, or at the end where the questions ran out before."""
    points = [point for point in run["result"]["curve"] if point["answers"] <= answers]
    return float(points[-1]["acc"])


def _minutes(spec: Spec, found: Results) -> Table:
    """One row per setting: the mean accuracy over seeds after so many minutes of a person's time."""
    cases = [case for row in spec.rows if not row.needs for case in row.settings.values()]
    made = {setting(case): _finished(found, case) for case in cases}
    budgets = sorted({point["budget"] for runs in made.values() for run in runs for point in run["result"]["points"]})
    rows: list[tuple[str, ...]] = []
    for case in cases:
        runs = made[setting(case)]
        cells = [accuracy_at(runs, budget) for budget in budgets]
        last = closure_at_end(runs) if runs else not_run(spec, found.of(setting(case)))
        rows.append((case_name(case) + _mark(found, runs), str(case["method"]), str(len(runs)), *cells, last))
    columns = ("set and truth", "method", "seeds", *(f"{budget / 60:.1f} min" for budget in budgets))
    notes = (
        "at the end: answers given, links they state, pairs the closure of these knows of",
        "none: in no seed an assignment was found that breaks no link",
    )
    return Table(spec.title, (*columns, "at the end"), rows, notes)


def accuracy_at(runs: list[Run], budget: float) -> str:
    """Return a mean accuracy in words, and of how many seeds where a method found no assignment in others."""
    made = [run["result"]["points"] for run in runs]
    # What asks nothing stands after any time where it stood at the start.
    points = [point for line in made for point in line if point["budget"] == budget or len(line) == 1]
    values = [point["acc"] for point in points if "acc" in point]
    if not values:
        return "none" if points else ""
    return f"{fmean(values):.3f}" + (f" ({len(values)} of {len(points)})" if len(values) < len(points) else "")


def closure_at_end(runs: list[Run]) -> str:
    """Return how many answers were given, how many links they state, and of how many pairs the closure knows."""
    ends = [run["result"]["points"][-1] for run in runs]
    if "links" not in ends[0]:
        return "nothing asked"
    return ", ".join(f"{fmean(end[name] for end in ends):,.0f}" for name in ("answers", "links", "pairs_known"))


def _published(spec: Spec, found: Results) -> Table:
    """One row per published figure, beside the first setting of its row."""
    rows: list[tuple[str, ...]] = []
    notes: dict[str, int] = {}
    for row in spec.rows:
        for figure in row.published:
            differs = f"; {figure.differs}" if figure.differs else ""
            note = notes.setdefault(f"{figure.source}: {figure.asked}{differs}", len(notes) + 1)
            rows.append(_beside(spec, found, row, figure, note))
    columns = (
        "set and truth", "ours", "published", "by", "gap", "answers", "closure knows", "seconds", "why not run",
    )  # fmt: skip
    return Table("Beside published figures", columns, rows, tuple(f"[{note}] {text}" for text, note in notes.items()))


def _beside(spec: Spec, found: Results, row: Row, figure: Published, note: int) -> tuple[str, ...]:
    case = row.cases[0]
    runs = _finished(found, case)
    theirs = (f"{figure.metric} {figure.value:.3f}", f"{figure.method} [{note}]")
    if not runs:
        return (case_name(case), "", *theirs, "", "", "", "", not_run(spec, found.of(setting(case))))
    ends = [(run["result"].get("points") or run["result"]["curve"])[-1] for run in runs]
    ours = fmean(end[figure.metric] for end in ends)
    cost = [_mean(ends, name, ",.0f") for name in ("answers", "pairs_known", "seconds")]
    name = case_name(case) + _mark(found, runs)
    return (name, f"{figure.metric} {ours:.3f}", *theirs, f"{ours - figure.value:+.3f}", *cost, "")
