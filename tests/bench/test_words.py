"""Cases by a criterion in words: each method runs, parts are what they say, and sets that are not there are named."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from clusteer.bench import Case, words
from clusteer.bench.results import Results
from clusteer.bench.spec import load_spec
from clusteer.bench.table import tables
from clusteer.core.errors import UnavailableError
from clusteer.encoders import get_joint_encoder
from clusteer.methods.multisub import MultiSub
from tests.encoders.tiny_models import write

SPECS = [load_spec(name, quick=True) for name in ("multisub", "multisub-parts")]
METHODS = sorted({str(case["method"]) for spec in SPECS for case in spec.cases})


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {"alternations": 1, "alignment_epochs": 2, "separation_epochs": 1}
    monkeypatch.setattr(MultiSub.__init__, "__kwdefaults__", (MultiSub.__init__.__kwdefaults__ or {}) | settings)


def case(**more: Any) -> Case:
    return {
        "dataset": "scenes", "truth": "color", "encoder": "tiny-clip", "template": "a picture with the color of *",
        "words": "red,green,blue,pink", "method": "multisub", "items": 2, "seed": 0, **more,
    }  # fmt: skip


@pytest.mark.parametrize("method", METHODS)
def test_every_method_of_the_benchmarks_runs(method: str) -> None:
    found = words.measure(case(method=method))
    points: Any = found["points"]
    (point,) = points
    assert found["items"] == 32
    assert 0 <= point["nmi"] <= 1
    assert 0 < point["rand"] <= 1


def test_zero_shot_is_the_nearest_text() -> None:
    drawn = case(method="zero-shot")
    features, _ = words._items("scenes", "color", "tiny-clip", 2, 0)
    clip = get_joint_encoder("tiny-clip")
    texts = clip.embed_texts([f"a picture with the color of {word}" for word in ("red", "green", "blue", "pink")])
    pictures = torch.from_numpy(features) @ clip.projection()
    nearest = [max(range(4), key=lambda k: torch.cosine_similarity(x, texts[k], dim=0)) for x in pictures]
    assert words._labels(drawn, features, 4).tolist() == nearest


def test_the_same_seed_has_the_same_scenes_and_another_others() -> None:
    one, other = (words._items("scenes", "form", "tiny-clip", 2, seed)[0] for seed in (0, 1))
    assert not np.array_equal(one, other)


def test_a_set_in_folders_is_read_by_its_classes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLUSTEER_DATA", str(tmp_path))
    monkeypatch.setenv("CLUSTEER_CACHE", str(tmp_path / "cache"))
    for number, name in enumerate(("red", "green", "red", "green")):
        place = tmp_path / "fruit" / "color" / name / f"{number}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (40, 40), name).save(place)
    encoder = f"clip:{write('clip', tmp_path / 'clip')}"
    found = words.measure(case(dataset="fruit", encoder=encoder, method="k-means"))
    assert found["items"] == 4
    with pytest.raises(UnavailableError, match="needs the pictures of fruit as fruit/species/CLASS/"):
        words.measure(case(dataset="fruit", truth="species", encoder=encoder))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(UnavailableError, match="needs the weights of clip:clusteer/none"):
        words.measure(case(dataset="fruit", encoder="clip:clusteer/none"))


def test_a_table_has_a_row_for_each_setting_and_the_published_figures() -> None:
    (spec, _) = SPECS
    found = Results(spec.name, spec.title, spec.kind)
    drawn = spec.cases[0] | {"items": 2}
    found.put(spec.cases[0], {"code": "", "environment": {}}, {"result": words.measure(drawn)})
    ours, published = tables(spec, found)
    assert len(ours.rows) == len({str(case) for case in spec.cases})
    assert ours.rows[0][2] == "multisub"
    assert next(row[2] for row in published.rows if row[0].startswith("fruit color")) == "nmi 0.969"
