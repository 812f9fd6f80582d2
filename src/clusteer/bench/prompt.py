"""Cases of kind prompt: what the text side of Multi-Sub costs a step, by how much of a prompt is computed."""

import time
from collections.abc import Callable

import torch
from torch import Tensor

from clusteer.bench.environment import peak_megabytes
from clusteer.bench.spec import Case
from clusteer.encoders import get_joint_encoder
from clusteer.encoders.clip import Clip


def measure(case: Case) -> dict[str, object]:
    """Time features of a batch of open words and their gradients, the shortest of a few times each, in one run."""
    clip, template = get_joint_encoder(str(case["encoder"])), str(case["template"])
    batch, times = int(str(case["items"])), int(str(case["times"]))
    prompt = clip.prompt(template)
    generator = torch.Generator().manual_seed(int(str(case["seed"])))
    words = torch.randn(batch, clip.word_dimensions, generator=generator).requires_grad_()
    longest = int(clip.model.config.text_config.max_position_embeddings)
    ways: dict[str, tuple[int, Callable[[Tensor], Tensor]]] = {
        "filled": (longest, lambda given: _filled(clip, template, given)),
        "cut": (len(prompt.ids), prompt.plain),
        "reused": (len(prompt.ids) - prompt.place, prompt),
    }
    found: dict[str, object] = {"threads": torch.get_num_threads(), "peak_megabytes": peak_megabytes()}
    expected = ways["filled"][1](words).detach()
    for name, (tokens, features) in ways.items():
        found[f"{name}_tokens"] = tokens
        found[f"{name}_seconds"] = min(_seconds(features, words) for _ in range(times))
        found[f"{name}_differs"] = float((features(words).detach() - expected).abs().max())
    return found


def _filled(clip: Clip, template: str, words: Tensor) -> Tensor:
    """Return text features as released code has them: all positions there are, filled up behind the end."""
    prompt = clip.prompt(template)
    longest = int(clip.model.config.text_config.max_position_embeddings)
    prompt.ids = torch.tensor(clip.tokenizer(template, padding="max_length", max_length=longest)["input_ids"])
    return prompt.plain(words)


def _seconds(features: Callable[[Tensor], Tensor], words: Tensor) -> float:
    began = time.perf_counter()
    torch.autograd.grad(features(words).square().sum(), words)
    return time.perf_counter() - began
