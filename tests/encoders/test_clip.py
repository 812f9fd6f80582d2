"""Models of pictures and words answer alike behind one protocol, and a prompt is exact."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import normalize

from clusteer.core import InvalidInputError, UnavailableError
from clusteer.data.scenes import CRITERIA, drawn
from clusteer.encoders import get_encoder, get_joint_encoder, knows_words
from clusteer.encoders.clip import Clip, load_clip
from tests.encoders.tiny_models import SIDE, write

KINDS = ("clip", "siglip", "align", "blip")
TEMPLATE = "a scene with the color of *"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {kind: write(kind, tmp_path_factory.mktemp(kind)) for kind in (*KINDS, "vit")}


@pytest.fixture(params=KINDS)
def clip(request: pytest.FixtureRequest, folders: dict[str, Path]) -> Clip:
    return get_joint_encoder(f"clip:{folders[request.param]}")


def test_pictures_and_texts_meet_in_one_space(clip: Clip) -> None:
    pixels = np.random.default_rng(0).integers(256, size=(5, SIDE, SIDE, 3), dtype=np.uint8)
    features = clip.encode(pixels)
    assert features.shape == (5, clip.dimensions)
    assert features.dtype == np.float32
    inputs = clip.preparation(pixels)
    with torch.inference_mode():
        expected = clip.model.get_image_features(inputs).pooler_output.flatten(1)
    assert torch.allclose(torch.from_numpy(features) @ clip.projection(), expected, atol=1e-5)
    assert clip.embed_texts(["red", "a green circle"]).shape == (2, expected.shape[1])
    assert not clip.embed_texts(["red"]).requires_grad


def test_a_picture_does_not_depend_on_its_batch(clip: Clip) -> None:
    pixels = np.random.default_rng(1).integers(256, size=(4, SIDE, SIDE, 3), dtype=np.uint8)
    alone = np.concatenate([clip.encode(pixels[row : row + 1]) for row in range(4)])
    assert np.allclose(clip.encode(pixels), alone, atol=1e-5)


def test_a_prompt_with_the_embedding_of_a_word_is_the_text_with_that_word(clip: Clip) -> None:
    prompt = clip.prompt(TEMPLATE)
    for word in ("red", "green", "circle"):
        given = prompt(clip.embed_words([word]))
        assert torch.allclose(given, clip.embed_texts([TEMPLATE.replace("*", word)]), atol=1e-5)


@pytest.mark.parametrize("template", [TEMPLATE, "* circle", "a * scene with the red color of blue"])
def test_reusing_what_comes_before_the_word_is_exact(clip: Clip, template: str) -> None:
    prompt = clip.prompt(template)
    words = torch.randn(3, clip.word_dimensions, generator=torch.Generator().manual_seed(0), requires_grad=True)
    short, plain = prompt(words), prompt.plain(words)
    assert torch.allclose(short, plain, atol=1e-5)
    one, other = (torch.autograd.grad(features.square().sum(), words)[0] for features in (short, plain))
    assert one.abs().max() > 0
    assert torch.allclose(one, other, atol=1e-4)


def test_filling_up_behind_the_end_changes_nothing(folders: dict[str, Path]) -> None:
    clip = load_clip(str(folders["clip"]))
    filled = clip.tokenizer("a red circle", padding="max_length", max_length=16, return_tensors="pt")
    assert filled["input_ids"].shape == (1, 16)
    assert clip.tokens("a red circle").shape == (5,)
    with torch.no_grad():
        padded = clip.model.get_text_features(**filled).pooler_output
    assert torch.allclose(clip.embed_texts(["a red circle"]), padded, atol=1e-5)


@pytest.mark.parametrize("template", ["a red circle", "a * of *", "**"])
def test_a_prompt_has_one_place_for_a_word(clip: Clip, template: str) -> None:
    with pytest.raises(InvalidInputError, match="write one \\* as a word of its own"):
        clip.prompt(template)


def test_words_that_say_nothing_and_texts_that_are_too_long_are_refused(clip: Clip) -> None:
    with pytest.raises(InvalidInputError, match="has no letters"):
        clip.embed_words([""])
    with pytest.raises(InvalidInputError, match="give fewer words"):
        clip.tokens("red " * 60)


def test_a_word_of_several_pieces_is_their_mean(folders: dict[str, Path]) -> None:
    clip = load_clip(str(folders["clip"]))
    pieces = clip.tokenizer("zqx")["input_ids"][1:-1]
    assert len(pieces) > 1
    assert torch.allclose(clip.embed_words(["zqx"])[0], clip.words.weight[pieces].mean(dim=0))


def test_what_features_are_cached_under_changes_with_the_content(folders: dict[str, Path], tmp_path: Path) -> None:
    copied = shutil.copytree(folders["clip"], tmp_path / "clip")
    name = get_encoder(f"clip:{copied}").name
    assert name.startswith("clip:clip-")
    changed = shutil.copytree(folders["clip"], tmp_path / "other" / "clip")
    weights = changed / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-4] + bytes(4))
    assert get_encoder(f"clip:{changed}").name != name


def test_what_is_no_such_model_is_said(folders: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="kind vit, which does not know words"):
        get_encoder(f"clip:{folders['vit']}")
    with pytest.raises(InvalidInputError, match="knows no words; choose tiny-clip"):
        get_joint_encoder("efficientnet-lite0")
    with pytest.raises(InvalidInputError, match="holds no model that can be read"):
        get_encoder(f"clip:{tmp_path}")
    broken = shutil.copytree(folders["clip"], tmp_path / "broken")
    (broken / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(InvalidInputError, match="holds no model that can be read"):
        get_encoder(f"clip:{broken}")


def test_a_model_that_cannot_be_fetched_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(UnavailableError, match="no model 'clusteer/no-such-model' on this machine"):
        get_encoder("clip:clusteer/no-such-model")
    assert knows_words("clip:anything") and not knows_words("pixels")  # noqa: PT018


def test_the_bundled_model_knows_what_scenes_show_in_combinations_it_never_saw() -> None:
    clip = get_joint_encoder("tiny-clip")
    assert re.fullmatch("tiny-clip-[0-9a-f]{12}@64", clip.name)
    pixels, truths = drawn(10, 123)
    pictures = normalize(torch.from_numpy(clip.encode(pixels)) @ clip.projection(), dim=1)
    for criterion, words in CRITERIA.items():
        texts = clip.embed_texts([f"a picture with the {criterion} of {word}" for word in words])
        found = (pictures @ normalize(texts, dim=1).T).argmax(dim=1).numpy()
        assert (found == truths[criterion]).mean() > 0.85
