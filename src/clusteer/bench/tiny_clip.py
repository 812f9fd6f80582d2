"""Train ``tiny-clip``, the bundled encoder of pictures and words: ``python -m clusteer.bench.tiny_clip DIR``.

A CLIP of half a million weights learns from drawn scenes and captions that name some of their attributes. A caption
suits every scene of a batch that has what it names, so all of these count as its own (see ``matching_loss``). Of four
forms in four colours one size and texture is never shown. The folder is as the transformers library reads any CLIP.
"""

import json
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, trainers
from torch import Tensor
from torch.nn.functional import log_softmax, normalize
from transformers import CLIPConfig, CLIPImageProcessorPil, CLIPModel, CLIPProcessor, CLIPTokenizer

from clusteer.data.scenes import CRITERIA, SIDE, Scenes, render, training

STEPS, BATCH, RATE = 1_100, 256, 2e-3
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
_SHARES = (0.1, 0.2, 0.2, 0.5)
"""How often each of these is the one attribute of a caption: forms are the hardest to see."""


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


def captions(scenes: Scenes, random: np.random.RandomState) -> Captions:
    """Return a caption for each scene that names one of its attributes, or several."""
    truths = scenes.truths
    named = {name: np.full(len(scenes), -1) for name in CRITERIA}
    texts = []
    for row in range(len(scenes)):
        one = random.rand() < 0.6
        kept = (
            [_ORDER[random.choice(4, p=_SHARES)]]
            if one
            else [name for name in _ORDER if random.rand() < 0.6] or ["form"]
        )
        words = []
        for name in kept:
            named[name][row] = truths[name][row]
            called = NAMES[name][truths[name][row]]
            words.append(called[0] if random.rand() < 0.75 else called[random.randint(len(called))])
        if one:
            texts.append(_ONE[random.randint(len(_ONE))].format(words[0], attribute=kept[0]))
        else:
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
    return CLIPModel(config)


def train(folder: Path, steps: int = STEPS) -> None:
    """Train the network and write it, its tokenizer and its processor to a folder."""
    random = np.random.RandomState(SEED)
    torch.manual_seed(SEED)
    tokenizer = make_tokenizer()
    model = make_model(tokenizer).train()
    processor = CLIPImageProcessorPil(size={"shortest_edge": SIDE}, crop_size={"height": SIDE, "width": SIDE})
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (processor.image_mean, processor.image_std))
    optimizer = torch.optim.AdamW(model.parameters(), RATE, weight_decay=0.02)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.08)
    began, recent = time.perf_counter(), 0.0
    for step, (scenes, drawn, said) in enumerate(_batches(random, steps), 1):
        pixels = torch.from_numpy(drawn).permute(0, 3, 1, 2).float() / 255
        tokens = tokenizer(said.texts, padding=True, truncation=True, return_tensors="pt")
        images = model.get_image_features((pixels - mean) / std).pooler_output
        texts = model.get_text_features(**tokens).pooler_output
        logits = model.logit_scale.exp().clamp(max=50) * normalize(texts, dim=1) @ normalize(images, dim=1).T
        loss = matching_loss(logits, torch.from_numpy(said.suit(scenes)))
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


def _batches(random: np.random.RandomState, steps: int) -> Iterator[tuple[Scenes, NDArray[np.uint8], Captions]]:
    """Yield what each step shows and says; the next is drawn while one is learned."""

    def draw() -> tuple[Scenes, NDArray[np.uint8], Captions]:
        scenes = training(BATCH, random)
        return scenes, render(scenes, random), captions(scenes, random)

    with ThreadPoolExecutor(1) as artist:
        ahead = artist.submit(draw)
        for _ in range(steps):
            batch, ahead = ahead.result(), artist.submit(draw)
            yield batch


if __name__ == "__main__":
    train(Path(sys.argv[1]), *map(int, sys.argv[2:]))
