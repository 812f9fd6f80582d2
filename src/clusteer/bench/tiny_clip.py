"""Train ``tiny-clip``, the bundled encoder of pictures and words: ``python -m clusteer.bench.tiny_clip DIR``.

A CLIP of half a million weights learns from drawn scenes and two kinds of captions. One kind names one attribute: of
all its values the right one is to be found in every scene, which tells more of a scene than the captions of others do.
The other names several at once, and suits every scene of a batch that has what it names (see ``matching_loss``). Of
four forms in four colours one size and texture is never shown. The folder is as the transformers library reads any
CLIP.
"""

import json
import math
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, product
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, trainers
from torch import Tensor
from torch.nn.functional import cross_entropy, log_softmax, normalize
from transformers import CLIPConfig, CLIPImageProcessorPil, CLIPModel, CLIPProcessor, CLIPTokenizer

from clusteer.data.scenes import CRITERIA, SIDE, Scenes, render, training

STEPS, BATCH, RATE = 3_600, 64, 1e-3
SEED = 0
NAMES: dict[str, tuple[tuple[str, ...], ...]] = {
    "form": (
        ("circle", "disc"), ("square", "box"), ("triangle",), ("star",), ("cross", "plus"), ("ring", "hoop"),
        ("crescent", "moon"), ("diamond", "rhombus"),
    ),
    "color": (
        ("red", "scarlet"), ("green", "emerald"), ("blue", "azure"), ("yellow", "golden"), ("orange", "tangerine"),
        ("purple", "violet"), ("pink", "rose"), ("turquoise", "cyan"),
    ),
    "size": (("small", "little"), ("large", "big")),
    "texture": (("plain", "smooth"), ("striped", "lined"), ("dotted", "spotted")),
}  # fmt: skip
"""What the values of an attribute are called in captions; the first is its own name."""
_ONE = (
    "{}", "a {}", "something {}", "a scene with the {attribute} of {}", "a shape with the {attribute} of {}",
    "a picture with the {attribute} of {}", "the {attribute} is {}", "{attribute}: {}",
)  # fmt: skip
"""Captions of one attribute."""
_SEVERAL = ("a {}", "{}", "a picture of a {}", "a drawing of one {}", "there is a {}")
"""Captions of more, in the order size, texture, colour, form."""
_ORDER = ("size", "texture", "color", "form")
_CAPTIONS = 48
"""Of each step that name several attributes."""
_SEVERAL_WEIGHT, _FORM_WEIGHT = 0.3, 2.0
"""Forms are the hardest to see; colours come by themselves."""
_SCALE = 10.0
"""How sharply cosines are told apart, at most: so little that what no word names lies between words."""
_PLACES = 0.3
"""Strength of the waves that places begin as."""


@dataclass(frozen=True)
class Captions:
    """Captions and what they name: of each attribute the value (n,), -1 where it is not named."""

    texts: list[str]
    named: dict[str, NDArray[np.int64]]

    def suit(self, scenes: Scenes) -> NDArray[np.bool_]:
        """Return which captions (n,) suit which scenes (m,), as (n, m)."""
        fits = np.ones((len(self.texts), len(scenes)), bool)
        for name, truth in scenes.truths.items():
            value = self.named[name][:, None]
            fits &= (value == -1) | (value == truth)
        return fits


def called(values: tuple[tuple[str, ...], ...], value: int, random: np.random.RandomState) -> str:
    """Return what a value is called, mostly by its own name."""
    names = values[value]
    return names[0] if random.rand() < 0.75 else names[random.randint(len(names))]


def value_texts(random: np.random.RandomState) -> dict[str, list[str]]:
    """Return for each attribute a text for each of its values, all in one frame."""
    texts = {}
    for name, values in NAMES.items():
        frame = _ONE[random.randint(len(_ONE))]
        texts[name] = [frame.format(called(values, value, random), attribute=name) for value in range(len(values))]
    return texts


def captions(scenes: Scenes, n: int, random: np.random.RandomState) -> Captions:
    """Return captions for the first n scenes; each names some of what it shows."""
    named = {name: np.full(n, -1) for name in CRITERIA}
    texts = []
    for row in range(n):
        kept = [name for name in _ORDER if random.rand() < 0.6] or ["form"]
        words = []
        for name in kept:
            value = int(scenes.truths[name][row])
            named[name][row] = value
            words.append(called(NAMES[name], value, random))
        if kept[-1] != "form":
            words.append("shape")
        texts.append(_SEVERAL[random.randint(len(_SEVERAL))].format(" ".join(words)))
    return Captions(texts, named)


def matching_loss(logits: Tensor, suits: Tensor) -> Tensor:
    """Return how far each caption (n, m) is from those scenes that it suits, and each scene from its captions.

    The contrastive loss of CLIP (Radford and others, 2021), but every pair that suits is a positive one: the target of
    a row is uniform over them. Rows without any count 0.
    """
    loss = logits.new_zeros(())
    for values, fits in ((logits, suits), (logits.T, suits.T)):
        target = fits.float() / fits.sum(dim=1, keepdim=True).clamp(min=1)
        loss = loss - (target * log_softmax(values, dim=1)).sum(dim=1).mean() / 2
    return loss


def make_tokenizer() -> CLIPTokenizer:
    """Return CLIP's kind of tokenizer over the words of captions; other words are spelled."""
    like = CLIPTokenizer()
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix="</w>", continuing_subword_prefix=""))
    tokenizer.normalizer = like.backend_tokenizer.normalizer
    tokenizer.pre_tokenizer = like.backend_tokenizer.pre_tokenizer
    letters = sorted({*like.backend_tokenizer.pre_tokenizer.pre_tokenize_str("*")[0][0], *map(chr, range(33, 127))})
    trainer = trainers.BpeTrainer(
        vocab_size=900, end_of_word_suffix="</w>", initial_alphabet=letters, show_progress=False,
        special_tokens=["<|startoftext|>", "<|endoftext|>"],
    )  # fmt: skip
    words = [word for names in NAMES.values() for called in names for word in called]
    frames = [frame.format("", attribute=name) for frame, name in product((*_ONE, *_SEVERAL), CRITERIA)]
    tokenizer.train_from_iterator([*words, *frames, *CRITERIA, "shape", "*"] * 3, trainer)
    model = json.loads(tokenizer.to_str())["model"]
    merges = [tuple(pair) for pair in model["merges"]]
    return CLIPTokenizer(vocab=model["vocab"], merges=merges, model_max_length=24)


def make_model(tokenizer: CLIPTokenizer) -> CLIPModel:
    """Return the untrained network."""
    ids = {name: getattr(tokenizer, name) for name in ("bos_token_id", "eos_token_id", "pad_token_id")}
    text = {
        "vocab_size": len(tokenizer), "hidden_size": 128, "intermediate_size": 256, "num_hidden_layers": 2,
        "num_attention_heads": 4, "max_position_embeddings": 24, **ids,
    }  # fmt: skip
    vision = {
        "hidden_size": 96, "intermediate_size": 192, "num_hidden_layers": 4, "num_attention_heads": 4,
        "image_size": SIDE, "patch_size": 8,
    }  # fmt: skip
    config = CLIPConfig(text_config=text, vision_config=vision, projection_dim=64, logit_scale_init_value=2.0)
    model = CLIPModel(config)
    with torch.no_grad():
        model.vision_model.embeddings.position_embedding.weight[1:] = _waves(SIDE // 8, 96)
    return model


def _waves(side: int, width: int) -> Tensor:
    """Return what places of a square begin as (side * side, width): where neighbors are alike, forms are seen sooner.

    Waves in both directions, as in Beyer, Zhai and Kolesnikov, *Better plain ViT baselines*, 2022, but slower ones.
    """
    frequencies = 0.5 * 1.25 ** torch.arange(width // 4)
    down, right = torch.meshgrid(*[2 * math.pi * torch.arange(side) / side] * 2, indexing="ij")
    angles = [place.reshape(-1, 1) * frequencies for place in (right, down)]
    return _PLACES * torch.cat([wave(angle) for angle in angles for wave in (torch.sin, torch.cos)], dim=1)


def train(folder: Path, steps: int = STEPS) -> None:
    """Train the network and write it, its tokenizer and its processor to a folder."""
    random = np.random.RandomState(SEED)
    torch.manual_seed(SEED)
    tokenizer = make_tokenizer()
    model = make_model(tokenizer).train()
    processor = CLIPImageProcessorPil(size={"shortest_edge": SIDE}, crop_size={"height": SIDE, "width": SIDE})
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (processor.image_mean, processor.image_std))
    optimizer = torch.optim.AdamW(model.parameters(), RATE, weight_decay=0.02)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.1)
    began, recent = time.perf_counter(), 0.0
    for step, (scenes, drawn, ones, several) in enumerate(_batches(random, steps), 1):
        pixels = torch.from_numpy(drawn).permute(0, 3, 1, 2).float() / 255
        sizes = [*map(len, ones.values()), len(several.texts)]
        tokens = tokenizer(
            [*chain.from_iterable(ones.values()), *several.texts], padding=True, truncation=True, return_tensors="pt"
        )
        images = model.get_image_features((pixels - mean) / std).pooler_output
        texts = model.get_text_features(**tokens).pooler_output
        logits = model.logit_scale.exp().clamp(max=_SCALE) * normalize(images, dim=1) @ normalize(texts, dim=1).T
        *by_value, by_caption = torch.split(logits, sizes, dim=1)
        loss = _SEVERAL_WEIGHT * matching_loss(by_caption.T, torch.from_numpy(several.suit(scenes)))
        for name, values in zip(ones, by_value, strict=True):
            weight = _FORM_WEIGHT if name == "form" else 1.0
            loss = loss + weight * cross_entropy(values, torch.from_numpy(scenes.truths[name]))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch gives it no types
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        rate.step()
        recent += (loss.item() - recent) / min(step, 50)
        if step % 50 == 0:
            left = (time.perf_counter() - began) / step * (steps - step)
            sys.stderr.write(f"step {step} of {steps}, loss {recent:.3f}, {left:.0f} s left\n")
    CLIPProcessor(processor, tokenizer).save_pretrained(folder)
    model.half().save_pretrained(folder)
    for file in folder.iterdir():
        file.chmod(0o644)


def _batches(
    random: np.random.RandomState, steps: int
) -> Iterator[tuple[Scenes, NDArray[np.uint8], dict[str, list[str]], Captions]]:
    """Yield what each step shows and says; the next is drawn while one is learned."""

    def draw() -> tuple[Scenes, NDArray[np.uint8], dict[str, list[str]], Captions]:
        scenes = training(BATCH, random)
        return scenes, render(scenes, random), value_texts(random), captions(scenes, _CAPTIONS, random)

    with ThreadPoolExecutor(1) as artist:
        ahead = artist.submit(draw)
        for _ in range(steps):
            batch, ahead = ahead.result(), artist.submit(draw)
            yield batch


if __name__ == "__main__":
    train(Path(sys.argv[1]), *map(int, sys.argv[2:]))
