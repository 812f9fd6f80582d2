"""What a benchmark found, as tables for people: ours, what was published, the gap, and why a row was not run."""

from collections.abc import Callable
from statistics import fmean

from clusteer.bench.cells import OLDER, Run, Table, finished, mark, mean_of, not_run, standard_error, verdict
from clusteer.bench.cost_tables import epoch, latency, mining_cost, prompts, scale
from clusteer.bench.deep_tables import by_words, deep, maps, mining, rounds
from clusteer.bench.results import Results
from clusteer.bench.spec import Case, Published, Row, Spec, case_name, setting
from clusteer.bench.trust_tables import audit, doubt, forecast, harm


def tables(spec: Spec, found: Results) -> list[Table]:
    """Return the tables of a benchmark; a row without a result says why."""
    if spec.kind == "scale":
        return [scale(spec, found)]
    if spec.kind == "latency":
        return [latency(spec, found)]
    if spec.kind == "audit":
        return [audit(spec, found)]
    if spec.kind == "doubt":
        return [doubt(spec, found)]
    if spec.kind == "forecast":
        return [forecast(spec, found)]
    if spec.kind == "harm":
        return [harm(spec, found)]
    if spec.kind == "mining_cost":
        return [mining_cost(spec, found)]
    if spec.kind == "prompt":
        return [prompts(spec, found)]
    if spec.kind == "epoch":
        return [epoch(spec, found)]
    if spec.kind == "projection":
        return [maps(spec, found)]
    first = {"accuracy": _targets, "deep": deep, "mining": mining, "rounds": rounds, "words": by_words}.get(
        spec.kind, _minutes
    )
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


def _targets(spec: Spec, found: Results) -> Table:
    """One row per setting and target: the mean over seeds, its standard error, and whether it is enough."""
    rows: list[tuple[str, ...]] = []
    for row in spec.rows:
        first: dict[str, list[Run]] = {}
        for case in row.settings.values():
            runs = finished(found, case)
            rival = first.setdefault(case_name(case), runs)
            for answers, wanted in row.targets.items():
                if answers > int(case["budget"]):
                    continue
                name = (case_name(case) + mark(found, runs), _asked(row, case), str(answers))
                if not runs:
                    rows.append((*name, f"{wanted:.3f}", "", "", not_run(spec, found.of(setting(case)))))
                    continue
                values = [_at(run, answers) for run in runs]
                mean, error = f"{fmean(values):.4f}", f"{standard_error(values):.4f}"
                if runs is rival:
                    word = verdict(fmean(values), standard_error(values), wanted)
                    rows.append((*name, f"{wanted:.3f}", mean, error, word))
                else:
                    rows.append((*name, "", mean, error, _gain(row, rival, runs, answers)))
    columns = ("set and truth", "strategy", "answers", "wanted", "mean acc", "std error", "verdict")
    return Table(spec.title, columns, rows)


def _asked(row: Row, case: Case) -> str:
    """Return the strategy of a case, and its encoder where the row has several."""
    several = len({other.get("encoder") for other in row.cases}) > 1
    return f"{case['strategy']}, {case['encoder']}" if several else str(case["strategy"])


def _gain(row: Row, rival: list[Run], runs: list[Run], answers: int) -> str:
    """Return by how much a row's first setting is better, seed by seed."""
    by_seed = {run["case"]["seed"]: _at(run, answers) for run in rival}
    gains = [by_seed[seed] - _at(run, answers) for run in runs if (seed := run["case"]["seed"]) in by_seed]
    if not gains:
        return "no seed in common with the first"
    return f"{_asked(row, rival[0]['case'])} is better by {fmean(gains):+.4f} ({standard_error(gains):.4f})"


def _at(run: Run, answers: int) -> float:
    """Return the accuracy after so many answers, or at the end where the questions ran out before."""
    points = [point for point in run["result"]["curve"] if point["answers"] <= answers]
    return float(points[-1]["acc"])


def _minutes(spec: Spec, found: Results) -> Table:
    """One row per setting: the mean accuracy over seeds after so many minutes of a person's time."""
    cases = [case for row in spec.rows if not row.needs for case in row.settings.values()]
    made = {setting(case): finished(found, case) for case in cases}
    budgets = sorted({point["budget"] for runs in made.values() for run in runs for point in run["result"]["points"]})
    rows: list[tuple[str, ...]] = []
    for case in cases:
        runs = made[setting(case)]
        cells = [accuracy_at(runs, budget) for budget in budgets]
        last = closure_at_end(runs) if runs else not_run(spec, found.of(setting(case)))
        rows.append((case_name(case) + mark(found, runs), str(case["method"]), str(len(runs)), *cells, last))
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
    runs = finished(found, case)
    theirs = (f"{figure.metric} {figure.value:.3f}", f"{figure.method} [{note}]")
    if not runs:
        return (case_name(case), "", *theirs, "", "", "", "", not_run(spec, found.of(setting(case))))
    ends = [(run["result"].get("points") or run["result"]["curve"])[-1] for run in runs]
    ours = fmean(end[figure.metric] for end in ends)
    cost = [mean_of(ends, name, ",.0f") for name in ("answers", "pairs_known", "seconds")]
    name = case_name(case) + mark(found, runs)
    return (name, f"{figure.metric} {ours:.3f}", *theirs, f"{ours - figure.value:+.3f}", *cost, "")
