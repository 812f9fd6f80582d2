"""Tables of what deep methods found: under constraints, in rounds, by mined questions, as maps."""

from statistics import fmean

from clusteer.bench.cells import Table, finished, mark, mean_of, not_run, spread, standard_error, verdict
from clusteer.bench.results import Results
from clusteer.bench.spec import Case, Spec, case_name, setting


def deep(spec: Spec, found: Results) -> Table:
    """One row per setting: means over constraint sets, and what was asked for them."""
    scores = ("acc", "nmi", "nmi_geometric", "test_acc", "spread", "possible_acc")
    without = {
        (case["dataset"], case["items"]): runs[0]["result"]["points"][-1]["acc"]
        for case in spec.cases
        if (case["method"], case["guidance"]) == ("idec", "none") and (runs := finished(found, case))
    }
    counts = ("answers", "pairs_known", "broken", "epochs", "seconds", "pretraining_seconds", "peak_megabytes")
    rows: list[tuple[str, ...]] = []
    for case in (case for row in spec.rows if not row.needs for case in row.settings.values()):
        runs = finished(found, case)
        points = [run["result"]["points"][-1] for run in runs]
        size = f", {case['items']:,} items" if case["items"] else ""
        told = f"{case['amount']:,} {case['guidance']}" if case["amount"] else str(case["guidance"])
        name = (case_name(case) + size + mark(found, runs), str(case["method"]), told)
        if not points:
            empty = [""] * (len(scores) + len(counts))
            rows.append((*name, "0", not_run(spec, found.of(setting(case))), *empty))
            continue
        means = [mean_of(points, score, ".4f") for score in scores] + [
            mean_of(points, count, ",.0f") for count in counts
        ]
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


def mining(spec: Spec, found: Results) -> Table:
    """One row per setting: means over seeds, and whether IDC is as good as wanted."""
    scores = ("start_acc", "corrected_acc", "instant_acc", "aligned_acc")
    counts = ("positive", "groups", "start_seconds", "asking_seconds", "training_seconds", "peak_megabytes")
    rows: list[tuple[str, ...]] = []
    for row in spec.rows:
        for case in () if row.needs else row.settings.values():
            runs = finished(found, case)
            points = [run["result"]["points"][-1] for run in runs]
            asked = tuple(
                str(case[name]) for name in ("encoder", "start", "user", "choice", "questions", "candidates", "losses")
            )
            name = (case_name(case) + mark(found, runs), *asked, str(len(runs)))
            if not points:
                rows.append((*name, not_run(spec, found.of(setting(case))), *[""] * (len(scores) + len(counts) + 3)))
                continue
            values = [point["acc"] for point in points]
            mean, error = fmean(values), standard_error(values)
            wanted = row.targets.get(int(case["questions"]))
            rows.append(
                (
                    *name,
                    *(mean_of(points, score, ".4f") for score in scores),
                    f"{mean:.4f} ({error:.4f})",
                    f"{wanted}: {verdict(mean, error, wanted)}" if wanted else "",
                    *(mean_of(points, score, ".4f") for score in ("nmi", "ari")),
                    *(mean_of(points, count, ",.0f") for count in counts),
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


def rounds(spec: Spec, found: Results) -> Table:
    """One row per setting: the mean accuracy after each round, and at the end all else."""
    cases = {name: case for row in spec.rows if not row.needs for name, case in row.settings.items()}
    most = max((int(case["rounds"]) for case in cases.values()), default=0)
    rows: list[tuple[str, ...]] = []
    for case in cases.values():
        runs = finished(found, case)
        size = f", {case['items']:,} items" if case["items"] else ""
        encoder = f", {case['encoder']}" if "encoder" in case else ""
        name = (case_name(case) + encoder + size + mark(found, runs), str(case["method"]), str(case["strategy"]))
        lines = [run["result"]["points"] for run in runs]
        told = (*name, f"{case['budget']:,}", str(len(runs)))
        if not lines:
            rows.append((*told, not_run(spec, found.of(setting(case))), *[""] * (most + len(_AT_THE_END) - 1)))
            continue
        steps = [spread([line[place]["acc"] for line in lines if place < len(line)]) for place in range(most)]
        ends = [line[-1] for line in lines]
        rows.append((*told, *steps, *(mean_of(ends, measure, form) for measure, form in _AT_THE_END.items())))
    columns = (
        "set and truth", "method", "strategy", "pairs", "seeds", *(f"round {place + 1}" for place in range(most)),
        "test acc", "nmi", "ari", "last said same", "closure knows", "to choose s", "all s", "peak MB",
    )  # fmt: skip
    notes = (
        "round: mean accuracy after it, and its standard error; test acc: after the last, on the test split",
        "closure knows: pairs that follow from the answers; to choose: the pairs of the last round",
    )
    return Table(spec.title, columns, rows, notes)


def maps(spec: Spec, found: Results) -> Table:
    """One row per setting: how much of what lies near an item is of its class, by each criterion."""
    cases = [case for row in spec.rows for case in row.settings.values()]
    ran = [run["result"] for case in cases for run in finished(found, case)]
    criteria = list(dict.fromkeys(name for result in ran for name in result["near"]))
    rows: list[tuple[str, ...]] = []
    for case in cases:
        runs = finished(found, case)
        name = (map_name(case) + mark(found, runs), f"{case['budget']:,}" if case["method"] != "none" else "0")
        if not runs:
            rows.append((*name, not_run(spec, found.of(setting(case))), *[""] * len(criteria)))
            continue
        result = runs[0]["result"]
        accuracy = "" if result["test_acc"] is None else f"{result['test_acc']:.4f}"
        rows.append((*name, accuracy, *(f"{result['near'][criterion]:.4f}" for criterion in criteria)))
    notes = ("near by ...: share of the ten nearest test items that are of an item's class by that criterion",)
    return Table(spec.title, ("map", "pairs", "test acc", *(f"near by {name}" for name in criteria)), rows, notes)


def by_words(spec: Spec, found: Results) -> Table:
    """One row per setting: the mean scores over seeds and their standard errors."""
    scores = ("nmi", "rand", "ari", "acc")
    rows: list[tuple[str, ...]] = []
    for case in (case for row in spec.rows for case in row.settings.values()):
        runs = finished(found, case)
        points = [run["result"]["points"][-1] for run in runs]
        name = (case_name(case) + mark(found, runs), str(case["encoder"]), str(case["method"]), str(len(runs)))
        if not points:
            rows.append((*name, not_run(spec, found.of(setting(case))), *[""] * len(scores)))
            continue
        means = [spread([point[score] for point in points]) for score in scores]
        rows.append((*name, *means, mean_of(points, "seconds", ".1f")))
    columns = ("set and truth", "encoder", "method", "seeds", "nmi", "rand index", "ari", "acc", "seconds")
    return Table(spec.title, columns, rows)


def map_name(case: Case) -> str:
    """Return what a map shows, in words."""
    return "before" if case["method"] == "none" else f"{case['method']}, {case_name(case)}"


_AT_THE_END = {
    "test_acc": ".4f", "nmi": ".4f", "ari": ".4f", "same": ".2f", "pairs_known": ",.0f", "ask_seconds": ".2f",
    "total_seconds": ",.0f", "peak_megabytes": ",.0f",
}  # fmt: skip
