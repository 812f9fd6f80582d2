"""Multi-Sub on a tiny untrained CLIP: phases against plain loops, and what scikit-learn expects; quality on scenes."""

from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from sklearn.base import clone

from clusteer.constraints import ConstraintSet, from_labels
from clusteer.core import InvalidInputError
from clusteer.data import scenes
from clusteer.encoders import get_joint_encoder
from clusteer.encoders.clip import Clip
from clusteer.methods.multisub import MultiSub
from clusteer.methods.proxy_learning import Alignment, Proxies, Separation
from clusteer.metrics import nmi
from tests.blobs import blobs
from tests.encoders.tiny_models import write

WORDS = ("red", "green", "blue")
TEMPLATE = "a scene with the color of *"
FEW: dict[str, Any] = {"alternations": 2, "alignment_epochs": 3, "separation_epochs": 2, "batch_size": 16}


@pytest.fixture(scope="module")
def name(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"clip:{write('clip', tmp_path_factory.mktemp('clip'))}"


@pytest.fixture(scope="module")
def clip(name: str) -> Clip:
    return get_joint_encoder(name)


@pytest.fixture(scope="module")
def features(clip: Clip) -> NDArray[np.float32]:
    return blobs(40, 3, clip.dimensions)[0]


@pytest.fixture
def state(clip: Clip, features: NDArray[np.float32]) -> Proxies:
    prompted = clip.prompt(TEMPLATE)
    return Proxies(torch.tensor(features), clip.embed_words(WORDS), clip.projection(), prompted, 10.0, 4.0)


def test_factors_begin_where_the_weights_are_those_of_zero_shot(clip: Clip, state: Proxies) -> None:
    weights = state.proxies() @ torch.linalg.pinv(state.words)
    texts = clip.embed_texts([TEMPLATE.replace("*", word) for word in WORDS])
    pictures = state.pictures()
    for row in range(40):
        cosines = [torch.cosine_similarity(pictures[row], text, dim=0) for text in texts]
        expected = torch.softmax(10 * torch.stack(cosines), dim=0)
        assert torch.allclose(weights[row], expected, atol=1e-3)


def test_phase_one_moves_factors_and_projection_and_lowers_its_loss(state: Proxies) -> None:
    before = state.factors.clone(), state.projection.clone()
    alignment = Alignment(
        state, epochs=1, rate=0.05, projection_rate=1e-3, batch_size=40, generator=torch.Generator().manual_seed(0)
    )

    def loss() -> float:
        (step,) = alignment.steps(0)
        return step.terms["alignment"].item()

    with torch.no_grad():
        texts = state.prompted(state.proxies())
        naive = [1 - torch.cosine_similarity(x, t, dim=0).item() for x, t in zip(state.pictures(), texts, strict=True)]
    assert loss() == pytest.approx(sum(naive), abs=1e-4)
    at_first = loss()
    for _ in range(20):
        for step in alignment.steps(0):
            optimizer = alignment.optimizers["main"]
            optimizer.zero_grad()
            step.terms["alignment"].backward()  # type: ignore[no-untyped-call]  # torch gives it no types
            for group in optimizer.param_groups:
                group["lr"] = 0.01
            optimizer.step()
    assert loss() < at_first - 0.4
    assert not torch.equal(state.factors, before[0])
    assert not torch.equal(state.projection, before[1])


def test_phase_two_moves_the_projection_alone(state: Proxies) -> None:
    separation = Separation(
        state, balance=0.3, margin=1.5, projection_rate=1e-2, batch_size=40,
        generator=torch.Generator().manual_seed(0), before=None,
    )  # fmt: skip
    (step,) = separation.steps(0)
    with torch.no_grad():
        words, pictures = state.proxies(), state.pictures()
        rows = [torch.cat([w / w.norm(), x / x.norm()]) for w, x in zip(words, pictures, strict=True)]
        labels = [max(range(3), key=lambda k: torch.cosine_similarity(w, state.words[k], dim=0)) for w in words]
    inside, outside = [], []
    for i in range(40):
        for j in range(40):
            apart = (rows[i] - rows[j]).norm().item()
            if i != j and labels[i] == labels[j]:
                inside.append(apart**2)
            elif labels[i] != labels[j]:
                outside.append(max(0.0, 1.5 - apart))
    assert step.terms["intra"].item() == pytest.approx(0.3 * sum(inside) / max(1, len(inside)), rel=1e-4)
    assert step.terms["inter"].item() == pytest.approx(0.7 * sum(outside) / max(1, len(outside)), rel=1e-4)
    sum(step.terms.values()).backward()  # type: ignore[union-attr]  # there are two terms
    assert state.projection.grad is not None
    assert state.projection.grad.abs().max() > 0
    assert state.factors.grad is None


def test_known_pictures_are_predicted_as_they_were_clustered_and_none_depends_on_others(
    name: str, features: NDArray[np.float32]
) -> None:
    for n_clusters in (2, None):
        model = MultiSub(words=WORDS, template=TEMPLATE, encoder=name, n_clusters=n_clusters, **FEW).fit(features)
        assert np.array_equal(model.predict(features), model.labels_)
        assert np.array_equal(model.predict(features[::-1])[::-1], model.labels_)
        assert np.allclose(model.transform(features[:7]), model.transform(features)[:7], atol=1e-4)
        assert len(model.names_) == len(model.cluster_centers_)
        assert len(set(model.names_)) == len(model.names_)
        assert set(model.names_) <= set(WORDS)
        assert model.labels_.max() < len(model.names_)


def test_without_a_number_clusters_are_those_of_the_words_that_are_nearest(
    name: str, clip: Clip, features: NDArray[np.float32]
) -> None:
    model = MultiSub(words=WORDS, template=TEMPLATE, encoder=name, **FEW).fit(features)
    words = torch.from_numpy(model.transform(features)[:, : clip.word_dimensions])
    near = words @ torch.nn.functional.normalize(clip.embed_words(WORDS), dim=1).T
    assert [model.names_[label] for label in model.labels_] == [WORDS[word] for word in near.argmax(dim=1).tolist()]


def test_the_same_seed_gives_the_same_clusters_and_parameters_survive_cloning(
    name: str, features: NDArray[np.float32]
) -> None:
    model = MultiSub(words=WORDS, template=TEMPLATE, encoder=name, n_clusters=3, **FEW)
    again = clone(model)
    assert again.get_params() == model.get_params()
    assert np.array_equal(model.fit(features).labels_, again.fit(features).labels_)
    assert np.array_equal(model.projection_, again.projection_)


def test_closing_a_fit_leaves_the_estimator_as_it_was(name: str, features: NDArray[np.float32]) -> None:
    model = MultiSub(words=WORDS, template=TEMPLATE, encoder=name, n_clusters=3, **FEW).fit(features)
    before = dict(vars(model))
    reports = model.fit_iter(features[:20])
    assert next(reports).phase == "alignment"
    reports.close()  # type: ignore[attr-defined]  # a generator
    assert vars(model) == before


def test_constraints_are_ignored_with_a_warning(name: str, features: NDArray[np.float32]) -> None:
    stated: ConstraintSet = from_labels(np.arange(40) % 2, 5, random_state=0)
    with pytest.warns(UserWarning, match="multisub ignores"):
        MultiSub(words=WORDS, template=TEMPLATE, encoder=name, **FEW).fit(features, constraints=stated)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"words": ()}, "reference words are none; give two or more"),
        ({"words": ("red",)}, "give two or more"),
        ({"words": ("red", "red", "blue")}, "each once"),
        ({"template": "a scene"}, "write one \\* as a word"),
        ({"n_clusters": 41}, "41"),
        ({"encoder": "pixels"}, "knows no words"),
    ],
)
def test_what_cannot_be_used_is_said(
    name: str, features: NDArray[np.float32], settings: dict[str, Any], message: str
) -> None:
    given: dict[str, Any] = {"words": WORDS, "template": TEMPLATE, "encoder": name, **FEW, **settings}
    with pytest.raises(InvalidInputError, match=message):
        MultiSub(**given).fit(features)


def test_features_of_another_encoder_are_refused(name: str, clip: Clip, features: NDArray[np.float32]) -> None:
    with pytest.raises(InvalidInputError, match=f"X has 3 features but pictures have {clip.dimensions}"):
        MultiSub(words=WORDS, template=TEMPLATE, encoder=name).fit(features[:, :3])


@cache
def seen() -> tuple[NDArray[np.float32], dict[str, NDArray[np.int64]]]:
    pixels, truths = scenes.drawn(15, 99)
    return get_joint_encoder("tiny-clip").encode(pixels), truths


@pytest.mark.parametrize(
    ("criterion", "words"),
    [
        ("form", ("circle", "square", "triangle", "cross", "ring", "diamond")),
        ("color", ("red", "green", "blue", "orange", "pink", "turquoise")),
    ],
)
def test_the_same_pictures_are_clustered_by_either_criterion(criterion: str, words: tuple[str, ...]) -> None:
    """Of each list one true word is missing and three are wrong."""
    encoded, truths = seen()
    model = MultiSub(words=words, template=f"a scene with the {criterion} of *", n_clusters=4).fit(encoded)
    other = "color" if criterion == "form" else "form"
    assert nmi(truths[criterion], model.labels_) > 0.7
    assert nmi(truths[other], model.labels_) < 0.1
