from typing import cast

import numpy as np
import pytest

from clusteer.bench import Case, load_spec, mining, mining_start
from clusteer.bench.results import Results, origin_here
from clusteer.bench.spec import Value
from clusteer.bench.table import tables
from clusteer.constraints.cluster_answers import Memberships
from clusteer.data import ImageSet
from clusteer.methods.idc import IDC
from clusteer.neighbors import build_index
from tests.bench.specs import row, spec
from tests.blobs import blobs

N = 480
FEATURES, PARTS = blobs(N, 12, 16, spread=2.5)
TRUTH = PARTS // 2
"""Each class is of two kinds that are not alike, so that k-means goes wrong."""
INDEX = build_index(FEATURES, "test")
CASE: Case = {
    "dataset": "toy", "split": "test", "truth": "class", "encoder": "test", "items": 0, "start": "k-means",
    "user": "matched", "choice": "hard+rep+div", "questions": 60, "candidates": 3, "losses": "pos+neg+reg", "seed": 0,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _items(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mining_start, "items_of", lambda case: (INDEX, TRUTH))
    small = {"network": 32, "start_epochs": 10, "max_epochs": 20, "sure_batch_size": 64}
    monkeypatch.setattr(IDC.__init__, "__kwdefaults__", (IDC.__init__.__kwdefaults__ or {}) | small)


def point(**given: Value) -> dict[str, float]:
    found = mining.measure(CASE | given)
    assert found["items"] == N
    (only,) = cast("list[dict[str, float]]", found["points"])
    return only


def test_accepted_clusters_mend_the_start_and_more_than_the_items_asked() -> None:
    found = point()
    assert found["start_acc"] < found["corrected_acc"] < found["acc"]
    assert 30 < found["positive"] <= 60


def test_a_person_who_sees_pictures_gains_in_a_session() -> None:
    found = point(user="by-exemplar", choice="value-mining")
    assert found["acc"] > found["start_acc"]
    assert found["groups"] == 6
    assert found["positive"] >= 50
    assert point(user="by-exemplar", choice="random", questions=20)["answers"] == 20


@pytest.mark.parametrize("choice", ["random", "hard", "hard+rep", "hard+rep+div, standardized"])
def test_items_are_picked_as_the_case_says(choice: str) -> None:
    assert point(choice=choice, losses="reg")["acc"] > 0


def test_answers_by_pictures_can_be_misread() -> None:
    assert point(user="misread", losses="pos+neg+reg+passed")["positive"] > 0


def test_answers_about_clusters_are_links_of_items() -> None:
    said = Memberships(np.array([4, 7, 9, 2]), np.array([1, 1, 0, -1]), np.zeros((4, 3), bool))
    links = mining._as_links(said, 10)
    assert links.must.pairs.tolist() == [[4, 7]]
    assert links.cannot.pairs.tolist() == [[9, 4]]


def test_the_table_lays_them_side_by_side() -> None:
    other: Case = CASE | {"user": "misread"}
    toy = spec(row(CASE, targets={60: 0.5}), row(other), row(other | {"dataset": "none"}, needs="it"), kind="mining")
    found = Results("toy", "A toy", "mining")
    found.put(CASE, origin_here(), {"result": mining.measure(CASE)})
    (table,) = tables(toy, found)
    assert [line[:4] for line in table.rows] == [
        ("toy class", "test", "k-means", "matched"), ("toy class", "test", "k-means", "misread"),
    ]  # fmt: skip
    assert {len(line) for line in table.rows} == {len(table.columns)}
    assert "0.5: reached" in table.rows[0]
    assert "not run: needs clusteer bench run toy" in table.rows[1]


def test_pictures_and_views_are_clustered_to_start_from(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    pictures = ImageSet.from_arrays("toy", rng.integers(0, 256, (N, 28, 28)).astype(np.uint8))
    views = np.stack([FEATURES, FEATURES + rng.normal(size=FEATURES.shape)]).astype(np.float16)
    monkeypatch.setattr(mining_start, "load", lambda name, split: pictures)
    monkeypatch.setattr(mining_start, "encode_views", lambda images, encoder, v: views)
    monkeypatch.setattr(mining_start, "PICTURES", {"recipe": "mild", "max_epochs": 1, "boost_epochs": 0})
    case: Case = CASE | {"start": "contrastive"}
    seen = mining_start.start_of(case)
    assert (seen.items.shape, len(seen.labels), seen.settings) == ((2, N, 16), N, {})
    plain = mining_start.start_of(case | {"encoder": "pixels", "start": "k-means, pictures"})
    assert plain.items.shape == (N, 1, 28, 28)
    assert plain.init is plain.labels
    raw = mining_start.start_of(case | {"encoder": "pixels"})
    assert raw.items.shape == (N, 1, 28, 28)
    assert raw.settings["recipe"] == "mild"
    assert len(raw.index) == N


def test_the_spec_names_what_exists() -> None:
    for one in load_spec("idc").rows:
        for case in () if one.needs else one.cases:
            assert case["start"] in ("k-means", "k-means, pictures", "contrastive")
            assert case["user"] in ("matched", "misread", "by-exemplar")
            assert case["choice"] in (*mining.VALUES, "random", "value-mining", "margin")
