"""Run a benchmark, resume it where it stopped, and keep what it found."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from clusteer.bench.results import Results, origin_here, read_results, results_path, write_results
from clusteer.bench.spec import Case, Spec
from clusteer.core.errors import UnavailableError

Report = Callable[[int, int, Case], None]
"""Called with the number of runs behind, runs in all, and the case that begins."""


def run(spec: Spec, folder: Path, report: Report | None = None, *, again: bool = False) -> Results:
    """Run every case that has no result yet, and return all results.

    Each run is on disk before the next begins, with the commit, the code and the machine it was made by. Results of
    other code are kept, so that no work is lost; tables mark them. A case whose data are missing says so, and is tried
    again next time.

    Parameters
    ----------
    spec : Spec
        The benchmark.
    folder : Path
        Where results are kept.
    report : callable, optional
        Told before each run.
    again : bool
        Also run the cases whose results are of other code or another machine; the new ones take their place.

    Raises
    ------
    StorageError
        If the folder cannot be written.
    """
    found, path, here = read_results(spec, folder), results_path(spec, folder), origin_here()
    write_results(found, path)
    done = [
        kept["case"]
        for kept in found.runs
        if "result" in kept and (not again or _same(found.origins[kept["origin"]], here))
    ]
    behind = 0
    for row in spec.rows:
        for case in row.cases:
            if case not in done:
                if report is not None:
                    report(behind, len(spec.cases), case)
                at = {"at": datetime.now(UTC).isoformat(timespec="seconds")}
                try:
                    if row.needs:
                        raise UnavailableError(f"needs {row.needs}")
                    found.put(case, here, at | {"result": _measure(spec.kind, case)})
                    done.append(case)
                except UnavailableError as fault:
                    if not any("result" in kept for kept in found.runs if kept["case"] == case):
                        found.put(case, here, at | {"not_run": str(fault)})
                write_results(found, path)
            behind += 1
    return found


def _same(one: dict[str, object], other: dict[str, object]) -> bool:
    return all(one[key] == other[key] for key in ("code", "environment"))


def _measure(kind: str, case: Case) -> dict[str, object]:
    if kind == "scale":
        from clusteer.bench import scale

        return scale.measure(case)
    if kind == "rivals":
        from clusteer.bench import rivals

        return rivals.measure(case)
    if kind == "deep":
        from clusteer.bench import deep

        return deep.measure(case)
    if kind == "epoch":
        from clusteer.bench import epoch

        return epoch.measure(case)
    if kind == "rounds":
        from clusteer.bench import rounds

        return rounds.measure(case)
    if kind == "projection":
        from clusteer.bench import projection

        return projection.measure(case)
    if kind == "mining":
        from clusteer.bench import mining

        return mining.measure(case)
    if kind == "mining_cost":
        from clusteer.bench import mining_cost

        return mining_cost.measure(case)
    if kind == "audit":
        from clusteer.bench import audit

        return audit.measure(case)
    if kind == "doubt":
        from clusteer.bench import doubt

        return doubt.measure(case)
    if kind == "harm":
        from clusteer.bench import harm

        return harm.measure(case)
    if kind == "forecast":
        from clusteer.bench import forecast

        return forecast.measure(case)
    if kind == "prompt":
        from clusteer.bench import prompt

        return prompt.measure(case)
    if kind == "words":
        from clusteer.bench import words

        return words.measure(case)
    if kind == "latency":
        from clusteer.bench import page_latency

        return page_latency.measure(case)
    from clusteer.bench import accuracy

    return accuracy.measure(case)
