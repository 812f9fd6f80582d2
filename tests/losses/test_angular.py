import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from clusteer.losses import angular_pair_loss, pair_belief_loss

TURN = st.floats(0, math.pi)


def on_circle(angle: float) -> torch.Tensor:
    return torch.tensor([[math.cos(angle), math.sin(angle)]], dtype=torch.float64)


@given(TURN, TURN, st.booleans())
def test_a_pair_costs_what_its_angle_says(one: float, other: float, together: bool) -> None:
    """The form with an angle and its cosine, against the one without."""
    angle = abs(one - other)
    if together:
        expected = -math.log(max((1 + math.cos(angle)) / 2, 1e-6))
    else:
        likeness = (1 + math.cos(min(2 * angle, math.pi))) / 2
        expected = -math.log(min(max(1 - likeness, 1e-6), 1))
    found = angular_pair_loss(on_circle(one), on_circle(other), torch.tensor([together]))
    assert found.item() == pytest.approx(expected, abs=1e-9)


def test_weights_count_pairs() -> None:
    first, second = torch.cat([on_circle(0), on_circle(0)]), torch.cat([on_circle(1), on_circle(0.5)])
    both = angular_pair_loss(first, second, torch.tensor([True, False]), torch.tensor([0.5, 0.0]))
    assert both.item() == pytest.approx(-math.log((1 + math.cos(1)) / 2) / 4)


@given(TURN, st.floats(0, 1), st.floats(-0.9, 0.9), st.floats(0.05, 2))
def test_beliefs_cost_their_cross_entropy(angle: float, belief: float, midpoint: float, temperature: float) -> None:
    logit = (math.cos(angle) - midpoint) / temperature
    expected = belief * math.log(1 + math.exp(-logit)) + (1 - belief) * math.log(1 + math.exp(logit))
    found = pair_belief_loss(
        on_circle(0),
        on_circle(angle),
        torch.tensor([belief], dtype=torch.float64),
        torch.tensor(midpoint, dtype=torch.float64),
        torch.tensor(temperature, dtype=torch.float64),
    )
    assert found.item() == pytest.approx(expected, rel=1e-6, abs=1e-9)
