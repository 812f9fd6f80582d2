"""Tables of what things cost: seconds, milliseconds and megabytes."""

from clusteer.bench.cells import Table, finished, mark, not_run
from clusteer.bench.results import Results
from clusteer.bench.spec import Spec, setting


def scale(spec: Spec, found: Results) -> Table:
    """One row per number of items."""
    measured = {"encode": ("seconds",), "index": ("seconds",), "session": ("update_seconds", "ask_seconds")}
    rows: list[tuple[str, ...]] = []
    for items in dict.fromkeys(case["items"] for case in spec.cases):
        cells, made = [f"{items:,}"], []
        for step, measures in measured.items():
            cases = [case for case in spec.cases if (case["items"], case["step"]) == (items, step)]
            runs = [run for case in cases for run in finished(found, case)]
            made += runs
            names = (*measures, "peak_megabytes")
            if runs:
                cells += [_number(runs[0]["result"][name], name) for name in names]
            else:
                cells += [not_run(spec, found.of(setting(cases[0])) if cases else ())] + [""] * len(measures)
        rows.append((cells[0] + mark(found, made), *cells[1:]))
    columns = ("items", "encode s", "MB", "Index s", "MB", "update s", "next question s", "MB")
    return Table(spec.title, columns, rows)


_WAITS = {
    "first_page": "first page",
    "sessions_listed": "sessions listed",
    "first_question": "first question",
    "key_median": "key, median",
    "key_p95": "key, 95th percentile",
    "groups_max": "seen in Groups",
    "map_max": "seen in Map",
}


def latency(spec: Spec, found: Results) -> Table:
    """One row per number of items, in milliseconds."""
    rows: list[tuple[str, ...]] = []
    for case in spec.cases:
        runs = finished(found, case)
        cells = (
            [f"{runs[0]['result'][name]:,.0f}" for name in _WAITS] if runs else [not_run(spec, found.of(setting(case)))]
        )
        rows.append((f"{case['items']:,}" + mark(found, runs), *cells, *[""] * (len(_WAITS) - len(cells))))
    notes = (
        "first page, sessions listed and first question: from the command, on a machine that has served them before",
        "key: from a press to the next question painted; seen: from a press, by others who look there, worst of ten",
    )
    return Table(spec.title, ("items", *_WAITS.values()), rows, notes)


def epoch(spec: Spec, found: Results) -> Table:
    """One row per setting, means over the runs."""
    rows: list[tuple[str, ...]] = []
    for case in (case for row in spec.rows for case in row.settings.values()):
        runs = finished(found, case)
        name = (f"{case['items']:,}" + mark(found, runs), f"{case['amount']:,}")
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


def prompts(spec: Spec, found: Results) -> Table:
    """One row per setting and way to compute its prompt."""
    rows: list[tuple[str, ...]] = []
    ways = {"filled": "all positions", "cut": "cut at the end", "reused": "cut, and reused before the word"}
    for case in spec.cases:
        runs = finished(found, case)
        for way, words in ways.items():
            name = (f"{case['encoder']}, {case['items']:,} words" + mark(found, runs), words)
            if not runs:
                rows.append((*name, not_run(spec, found.of(setting(case))), "", "", ""))
                continue
            result = runs[0]["result"]
            seconds, faster = result[f"{way}_seconds"], result["filled_seconds"] / result[f"{way}_seconds"]
            differs = f"{result[f'{way}_differs']:.0e}"
            rows.append((*name, str(result[f"{way}_tokens"]), f"{1000 * seconds:.1f}", f"{faster:.1f}", differs))
    return Table(spec.title, ("encoder", "computed", "tokens a word", "ms a step", "times as fast", "differs by"), rows)


def mining_cost(spec: Spec, found: Results) -> Table:
    """One row per number of items."""
    rows: list[tuple[str, ...]] = []
    for case in spec.cases:
        runs = finished(found, case)
        name = (f"{case['items']:,}" + mark(found, runs), f"{case['dimensions']:,}", f"{case['questions']:,}")
        if not runs:
            rows.append((*name, not_run(spec, found.of(setting(case))), "", "", "", "", ""))
            continue
        result = runs[0]["result"]
        plain = [""] * 4
        if case["plain"]:
            plain = [
                f"{result['plain_seconds']:.1f}", f"{result['plain_peak_megabytes']:,.0f}",
                f"{result['plain_seconds'] / result['seconds']:.1f}", f"{result['same_picks']:.1%}",
            ]  # fmt: skip
        rows.append((*name, f"{result['seconds']:.1f}", f"{result['peak_megabytes']:,.0f}", *plain))
    columns = (
        "items", "dimensions", "picks", "seconds", "peak MB", "plain seconds", "plain peak MB", "times as fast",
        "same picks",
    )  # fmt: skip
    return Table(spec.title, columns, rows)
