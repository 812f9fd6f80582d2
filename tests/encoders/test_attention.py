"""Attention across items: what it computes, and that neither order nor batch matters at prediction."""

import torch

from clusteer.encoders.attention import CrossInstanceAttention
from clusteer.encoders.cnn import mlp_encoder
from clusteer.encoders.two_heads import TwoHeads


def test_it_is_multi_head_attention_over_the_context_beside_the_item_itself() -> None:
    torch.manual_seed(0)
    attention = CrossInstanceAttention(6, 2)
    items, context = torch.randn(4, 6), torch.randn(5, 6)
    found = attention(items, context)
    for head in range(2):
        part = slice(3 * head, 3 * head + 3)
        for i in range(4):
            asked = (attention.query.weight @ items[i])[part]
            scores = torch.stack([asked @ (attention.key.weight @ one)[part] / 3**0.5 for one in context])
            values = torch.stack([(attention.value.weight @ one)[part] for one in context])
            wanted = items[i][part] + scores.softmax(0) @ values
            assert torch.allclose(found[i][part], wanted, atol=1e-5)


def test_the_order_of_items_and_of_the_context_does_not_matter() -> None:
    torch.manual_seed(0)
    attention = CrossInstanceAttention(8, 8)
    items, context, order = torch.randn(7, 8), torch.randn(9, 8), torch.randperm(7)
    plain = attention(items, context)
    assert torch.allclose(attention(items[order], context.flip(0)), plain[order], atol=1e-6)


def network(n_anchors: int) -> TwoHeads:
    torch.manual_seed(0)
    made = TwoHeads(mlp_encoder(5, (16,)).encoder, 16, 3, 4, (5,), n_anchors)
    made.anchors.copy_(torch.randn(n_anchors, 5))
    return made


def test_predictions_are_of_each_item_alone_and_training_is_of_the_batch() -> None:
    items = torch.randn(10, 5, generator=torch.Generator().manual_seed(1))
    made = network(6)
    assert torch.allclose(made.encode(items[:1]), made.encode(items)[:1], atol=1e-6)
    assert not torch.allclose(made.together(items[:3]), made.together(items)[:3], atol=1e-4)
    assert torch.allclose(made.together(made.anchors), made.encode(made.anchors), atol=1e-6)


def test_without_attention_training_and_prediction_are_one() -> None:
    items = torch.randn(10, 5, generator=torch.Generator().manual_seed(1))
    made = network(0)
    assert made.attention is None
    assert torch.equal(made.together(items), made.encode(items))
    assert torch.allclose(made.codes(made.encode(items)).norm(dim=1), torch.ones(10))
    assert torch.allclose(made.assign(made.encode(items)).exp().sum(dim=1), torch.ones(10))


def test_anchors_are_part_of_the_state() -> None:
    made, other = network(6), TwoHeads(mlp_encoder(5, (16,)).encoder, 16, 3, 4, (5,), 6)
    other.load_state_dict(made.state_dict())
    items = torch.randn(4, 5)
    assert torch.equal(made.encode(items), other.encode(items))
