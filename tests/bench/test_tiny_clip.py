"""The script that trains the bundled encoder: what is said of scenes, its loss, and the folder it writes."""

from pathlib import Path

import numpy as np
import pytest
import torch

from clusteer.bench import tiny_clip
from clusteer.data import scenes
from clusteer.encoders import get_joint_encoder


def test_captions_suit_the_scenes_they_were_made_for_and_those_that_show_the_same() -> None:
    random = np.random.RandomState(0)
    shown = scenes.training(200, random)
    said = tiny_clip.captions(shown, 50, random)
    suits = said.suit(shown)
    assert suits.shape == (50, 200)
    assert suits[np.arange(50), np.arange(50)].all()
    named = said.named["color"] >= 0
    assert (shown.color[None] == said.named["color"][:, None])[suits & named[:, None]].all()
    assert 1 < suits.sum(axis=1).mean() < 100


def test_every_value_of_an_attribute_is_said_in_one_frame() -> None:
    texts = tiny_clip.value_texts(np.random.RandomState(1))
    assert {name: len(said) for name, said in texts.items()} == {
        name: len(words) for name, words in scenes.CRITERIA.items()
    }
    for said in texts.values():
        assert len(set(said)) == len(said)


def test_the_loss_of_captions_is_its_definition() -> None:
    random = np.random.default_rng(0)
    logits, suits = random.normal(size=(5, 7)), random.random((5, 7)) < 0.4
    suits[2] = False
    expected = 0.0
    for values, fits in ((logits, suits), (logits.T, suits.T)):
        for row, fit in zip(values, fits, strict=True):
            for place in np.flatnonzero(fit):
                expected -= (row[place] - np.log(np.exp(row).sum())) / fit.sum() / len(values) / 2
    found = tiny_clip.matching_loss(torch.from_numpy(logits), torch.from_numpy(suits))
    assert float(found) == pytest.approx(expected)


def test_training_writes_a_model_of_hub_form_and_learns_nothing_held_out(tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    tiny_clip.train(folder, steps=2)
    assert sum(file.stat().st_size for file in folder.iterdir()) < 6_000_000
    clip = get_joint_encoder(f"clip:{folder}")
    pixels, truths = scenes.drawn(1, 3)
    assert np.isfinite(clip.encode(pixels)).all()
    assert torch.isfinite(clip.embed_texts(["a small red circle"])).all()
    held_out = {tuple(int(truths[name][row]) for name in scenes.CRITERIA) for row in range(len(pixels))}
    trained = scenes.training(20_000, np.random.RandomState(0)).truths
    assert held_out.isdisjoint(zip(*(trained[name].tolist() for name in scenes.CRITERIA), strict=True))
