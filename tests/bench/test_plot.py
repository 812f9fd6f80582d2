import numpy as np
import pytest

from clusteer.bench.plot import plot
from clusteer.core.errors import InvalidInputError
from tests.bench.specs import row, spec
from tests.bench.test_table import case, curve, found_of, points


def test_a_panel_per_set_and_a_line_per_method() -> None:
    wanted = row(
        *(case(seed, method=method) for method in ("margin", "cop-kmeans", "pckmeans", "new") for seed in (0, 1))
    )
    found = found_of(
        "rivals",
        (case(0, method="margin"), points(0.5, 0.7, 0.9)),
        (case(1, method="margin"), points(0.5, 0.6, 0.8)),
        (case(0, method="cop-kmeans"), points(0.4, 0.5, None)),
        (case(1, method="cop-kmeans"), points(0.4, 0.7, 0.9)),
        (case(0, method="pckmeans"), points(0.4, None, None)),
        (case(0, method="new"), points(0.1, 0.2, 0.3)),
    )
    figure = plot(spec(wanted, row(case(0, truth="nothing", method="margin")), kind="rivals"), found)
    (axes,) = figure.axes
    assert axes.get_title(loc="left") == "d t"
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [
        "clusteer", "COP-KMeans, random pairs", "new",
    ]  # fmt: skip
    drawn = [np.asarray(line.get_xydata()).tolist() for line in axes.lines]
    # The first is drawn last, on top. Where a seed has no accuracy a line ends; none is drawn from the start alone.
    assert drawn[::-1] == [
        [[0, 0.5], [1, pytest.approx(0.65)], [2, pytest.approx(0.85)]],
        [[0, pytest.approx(0.4)], [1, pytest.approx(0.6)]],
        [[0, 0.1], [1, 0.2], [2, 0.3]],
    ]


def test_curves_over_answers_stand_at_the_mean_of_their_seconds() -> None:
    quick, slow = curve({0: 0.5, 20: 0.8}), curve({0: 0.5, 20: 0.9})
    slow["result"]["curve"][1]["human_seconds"] += 12
    found = found_of("accuracy", (case(0), quick), (case(1), slow))
    (axes,) = plot(spec(row(case(0), case(1))), found).axes
    assert np.asarray(axes.lines[0].get_xydata())[1].tolist() == pytest.approx([(156 + 6) / 60, 0.85])


def test_rounds_have_a_line_per_strategy_and_a_panel_per_size() -> None:
    cases = [
        case(0, strategy, method="adc", items=items)
        for strategy, items in (("boundary", 0), ("boundary", 10_000), ("boundary-random", 10_000))
    ]
    told = curve({10: 0.5, 20: 0.8})["result"]["curve"]
    found = found_of("rounds", *((one, {"result": {"points": told}}) for one in cases))
    figure = plot(spec(row(*cases), kind="rounds"), found)
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["d t, whole set", "d t, 10,000 items"]
    assert [len(axes.lines) for axes in figure.axes] == [1, 2]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["at the boundary", "pairs at random"]


def test_nothing_to_plot_is_said() -> None:
    with pytest.raises(InvalidInputError, match="nothing of toy was run yet"):
        plot(spec(row(case(0))), found_of("accuracy"))
    with pytest.raises(InvalidInputError, match="toy measures no accuracy"):
        plot(spec(row(case(0)), kind="scale"), found_of("scale"))
