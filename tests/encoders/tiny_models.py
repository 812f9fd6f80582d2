"""Models of the transformers library, tiny and untrained, written to folders as a hub would hold them."""

from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import (
    AlignConfig,
    AlignModel,
    BlipConfig,
    BlipModel,
    CLIPConfig,
    CLIPImageProcessorPil,
    CLIPModel,
    Dinov2Config,
    Dinov2Model,
    PreTrainedTokenizerFast,
    ResNetConfig,
    ResNetModel,
    SiglipConfig,
    SiglipModel,
    ViTConfig,
    ViTModel,
)

from clusteer.bench.tiny_clip import make_tokenizer

SIDE = 32
TEXTS = ("a", "scene", "with", "the", "color", "of", "*", "red", "green", "blue", "circle")
_TOWER: dict[str, Any] = {"hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2}
_VISION: dict[str, Any] = _TOWER | {"image_size": SIDE, "patch_size": 8}


def write(kind: str, folder: Path) -> Path:
    """Write a model of a kind with all that belongs to it, and return the folder."""
    torch.manual_seed(0)
    tokenizer = make_tokenizer() if kind == "clip" else _word_tokenizer(bert=kind != "siglip")
    model = _model(kind, tokenizer)
    model.save_pretrained(folder)
    size = {"shortest_edge": SIDE}
    CLIPImageProcessorPil(size=size, crop_size={"height": SIDE, "width": SIDE}).save_pretrained(folder)
    if kind in ("clip", "siglip", "align", "blip"):
        tokenizer.save_pretrained(folder)
    return folder


def _word_tokenizer(bert: bool) -> PreTrainedTokenizerFast:
    vocabulary = {word: number for number, word in enumerate(("[PAD]", "[UNK]", "[CLS]", "[SEP]", *TEXTS))}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    ends = [("[CLS]", 2), ("[SEP]", 3)]
    single = "[CLS] $A [SEP]" if bert else "$A [SEP]"
    tokenizer.post_processor = processors.TemplateProcessing(single=single, special_tokens=ends)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=16, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]",
        sep_token="[SEP]",
    )  # fmt: skip


def _model(kind: str, tokenizer: Any) -> Any:
    words = {"vocab_size": len(tokenizer), "max_position_embeddings": 16}
    match kind:
        case "clip":
            ids = {name: getattr(tokenizer, name) for name in ("bos_token_id", "eos_token_id", "pad_token_id")}
            return CLIPModel(CLIPConfig(text_config=_TOWER | words | ids, vision_config=_VISION, projection_dim=12))
        case "siglip":
            return SiglipModel(SiglipConfig(text_config=_TOWER | words, vision_config=_VISION))
        case "align":
            vision: dict[str, Any] = {
                "image_size": SIDE, "hidden_dim": 16, "width_coefficient": 0.1, "depth_coefficient": 0.1,
                "num_block_repeats": [1] * 7,
            }  # fmt: skip
            return AlignModel(AlignConfig(text_config=_TOWER | words, vision_config=vision, projection_dim=32))
        case "blip":
            text = _TOWER | words | {"encoder_hidden_size": 16, "projection_dim": 12}
            return BlipModel(BlipConfig(text_config=text, vision_config=_VISION, projection_dim=12))
        case "dinov2":
            return Dinov2Model(Dinov2Config(**_VISION))
        case "vit":
            return ViTModel(ViTConfig(**_VISION))
        case "resnet":
            return ResNetModel(ResNetConfig(embedding_size=8, hidden_sizes=[8, 12], depths=[1, 1], layer_type="basic"))
    raise ValueError(kind)
