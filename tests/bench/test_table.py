from typing import Any

from clusteer.bench import Case
from clusteer.bench.cells import Table
from clusteer.bench.environment import code_digest
from clusteer.bench.results import Results
from clusteer.bench.spec import Row
from clusteer.bench.table import remark_on_age, tables
from tests.bench.specs import row, spec

HERE = {"commit": "abcdef0123", "code": code_digest(), "environment": {}}
OLD = {"commit": "0123456789", "code": "other", "environment": {}}
TARGETS = {20: 0.7, 50: 0.9}


def case(seed: int, strategy: str = "margin", **more: Any) -> Case:
    return {"dataset": "d", "truth": "t", "noise": 0.0, "strategy": strategy, "seed": seed, "budget": 50, **more}


def found_of(kind: str, *runs: tuple[Case, dict[str, Any]], origin: dict[str, Any] | None = None) -> Results:
    found = Results("toy", "A toy", kind)
    for one, told in runs:
        found.put(one, origin or HERE, told)
    return found


def curve(accuracies: dict[int, float]) -> dict[str, Any]:
    points = [{"answers": n, "acc": acc, "human_seconds": 7.8 * n} for n, acc in accuracies.items()]
    return {"result": {"curve": points}}


def points(*values: float | None) -> dict[str, Any]:
    made = [
        {"budget": 60.0 * n, "human_seconds": 60.0 * n, "answers": n, "links": n, "pairs_known": 2000 + n}
        | ({} if acc is None else {"acc": acc})
        for n, acc in enumerate(values)
    ]
    return {"result": {"points": made}}


def only(row_: Row, found: Results) -> Table:
    (shown,) = tables(spec(row_, kind=found.kind), found)
    assert all(len(cells) == len(shown.columns) for cells in shown.rows)
    return shown


def test_means_stand_beside_targets_and_strategies_in_pairs() -> None:
    found = found_of(
        "accuracy",
        (case(0), curve({0: 0.1, 20: 0.8, 50: 0.85})),
        (case(1), curve({0: 0.1, 20: 0.6, 50: 0.84})),
        (case(0, "uniform"), curve({0: 0.1, 20: 0.7, 50: 0.8})),
        (case(1, "uniform"), curve({0: 0.1, 20: 0.5})),
    )
    both = row(*(case(seed, strategy) for strategy in ("margin", "uniform") for seed in (0, 1)), targets=TARGETS)
    shown = only(both, found).rows
    assert [cells[-1] for cells in shown] == [
        "reached", "missed", "margin is better by +0.1000 (0.0000)", "margin is better by +0.1950 (0.1450)",
    ]  # fmt: skip
    assert [cells[-3] for cells in shown] == ["0.7000", "0.8450", "0.6000", "0.6500"]


def test_a_miss_within_two_errors_is_forgiven() -> None:
    found = found_of(
        "accuracy", (case(0), curve({20: 0.5, 50: 0.9})), (case(1), curve({20: 0.8, 50: 0.9}))
    )  # fmt: skip
    shown = only(row(case(0), case(1), targets=TARGETS), found)
    assert [cells[-1] for cells in shown.rows] == ["within two errors", "reached"]


def test_targets_beyond_the_budget_are_left_out() -> None:
    shown = only(row(case(0, budget=20), targets=TARGETS), found_of("accuracy"))
    assert [cells[2] for cells in shown.rows] == ["20"]


def test_a_row_without_results_says_why() -> None:
    wanted = row(case(0), targets={20: 0.7})
    assert only(wanted, found_of("accuracy")).rows[0][-1] == "not run: needs clusteer bench run toy"
    told = found_of("accuracy", (case(0), {"not_run": "needs d.npz"}))
    assert only(wanted, told).rows[0][-1] == "not run: needs d.npz"
    quick = tables(spec(wanted, name="toy.quick"), found_of("accuracy"))[0]
    assert quick.rows[0][-1] == "not run: needs clusteer bench run toy --quick"
    minutes = only(row(case(0, method="kmeans")), found_of("rivals"))
    assert minutes.rows[0][-1] == "not run: needs clusteer bench run toy"


def test_every_step_has_time_and_memory_or_says_why_not() -> None:
    steps: list[Case] = [{"items": 1000, "step": step, "seed": 0} for step in ("encode", "index", "session")]
    found = found_of("scale", (steps[0], {"result": {"seconds": 1.25, "peak_megabytes": 1310.0}}))
    shown = only(row(*steps), found)
    cells = dict(zip(shown.columns, shown.rows[0], strict=True))
    assert cells["encode s"] == "1.250"
    assert shown.rows[0][:3] == ("1,000", "1.250", "1,310")
    assert cells["Index s"] == cells["update s"] == "not run: needs clusteer bench run toy"


def test_methods_stand_after_equal_minutes_with_what_closure_added() -> None:
    wanted = row(*(case(seed, method=method) for method in ("margin", "cop-kmeans", "kmeans") for seed in (0, 1)))
    found = found_of(
        "rivals",
        (case(0, method="margin"), points(0.5, 0.7, 0.9)),
        (case(1, method="margin"), points(0.5, 0.6, 0.8)),
        (case(0, method="cop-kmeans"), points(0.4, 0.5, None)),
        (case(1, method="cop-kmeans"), points(0.4, None, None)),
        (case(0, method="kmeans"), points(0.45)),
    )
    shown = only(wanted, found)
    assert shown.columns[3:6] == ("0.0 min", "1.0 min", "2.0 min")
    assert [cells[2:] for cells in shown.rows] == [
        ("2", "0.500", "0.650", "0.850", "2, 2, 2,002"),
        ("2", "0.400", "0.500 (1 of 2)", "none", "2, 2, 2,002"),
        ("1", "0.450", "0.450", "0.450", "0, 0, 2,000"),
    ]


def test_published_figures_stand_beside_ours_with_gap_and_differences() -> None:
    run_ = row(case(0, method="margin"), case(1, method="margin"), published=True)
    missing = row(case(0, method="margin", dataset="e"), needs="e", published=True)
    found = found_of(
        "rivals",
        (case(0, method="margin"), points(0.5, 0.7, 0.9)),
        (case(1, method="margin"), points(0.5, 0.7, 0.8)),
        (case(0, method="margin", dataset="e"), {"not_run": "needs e"}),
    )
    beside = tables(spec(run_, missing, kind="rivals"), found)[1]
    assert beside.rows == [
        ("d t", "acc 0.850", "acc 0.800", "Theirs [1]", "+0.050", "2", "2,002", "", ""),
        ("e t", "", "acc 0.800", "Theirs [1]", "", "", "", "", "not run: needs e"),
    ]
    assert beside.notes == ("[1] A paper, Table 1: 100 pairs; they are given the number of groups",)
    assert len(tables(spec(run_, missing, kind="rivals"), found)[0].rows) == 1


def test_sets_that_do_worse_than_none_are_counted() -> None:
    def told(seed: int, method: str, guidance: str) -> Case:
        return {
            "dataset": "d", "truth": "t", "method": method, "guidance": guidance, "amount": 5 * (guidance == "pairs"),
            "noise": 0.0, "items": 900, "seed": seed,
        }  # fmt: skip

    def end(acc: float, **more: float) -> dict[str, Any]:
        return {"result": {"points": [{"acc": acc, "answers": 5, "seconds": 2.0, **more}]}}

    none, pairs = told(0, "idec", "none"), [told(seed, "dcc", "pairs") for seed in range(4)]
    found = found_of(
        "deep", *((case, end(acc, pairs_known=7)) for case, acc in zip(pairs, (0.5, 0.7, 0.8, 0.9), strict=True))
    )
    wanted = spec(row(none), row(*pairs), row(told(0, "dcc", "sizes")), kind="deep")
    assert [cells[-1] for cells in tables(wanted, found)[0].rows] == ["", "", ""]
    found.put(none, HERE, end(0.6))
    shown = tables(wanted, found)[0]
    cells = dict(zip(shown.columns, shown.rows[1], strict=True))
    assert (cells["set and truth"], cells["told"], cells["sets"]) == ("d t, 900 items", "5 pairs", "4")
    assert (cells["acc"], cells["closure knows"], cells["worse than none"]) == ("0.7250", "7", "25%")
    assert shown.rows[2][4] == "not run: needs clusteer bench run toy"
    assert len({len(one) for one in (shown.columns, *shown.rows)}) == 1


def test_runs_of_older_code_are_marked() -> None:
    wanted = row(case(0), case(0, truth="u"), targets={20: 0.7})
    found = found_of("accuracy", (case(0), curve({20: 0.8})))
    assert remark_on_age(found) == ""
    found.put(case(0, truth="u"), OLD, curve({20: 0.8}))
    assert [cells[0] for cells in only(wanted, found).rows] == ["d t", "d u *"]
    assert remark_on_age(found).startswith("* 1 of 2 runs are by older code (commit 0123456);")


def test_waits_stand_in_milliseconds_and_a_missing_browser_is_said() -> None:
    small: Case = {"sets": "inks", "items": 1_000}
    large: Case = {"sets": "inks", "items": 100_000}
    waits = dict.fromkeys(("first_page", "sessions_listed", "first_question"), 1234.5)
    waits |= dict.fromkeys(("key_median", "key_p95", "key_max", "groups_max", "map_max"), 56.4)
    found = found_of("latency", (small, {"result": waits}), (large, {"not_run": "needs Chromium"}))
    first, second = only(row(small, large), found).rows
    assert first == ("1,000", "1,234", "1,234", "1,234", "56", "56", "56", "56")
    assert second[:2] == ("100,000", "not run: needs Chromium")
