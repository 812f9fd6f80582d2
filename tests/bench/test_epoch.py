"""Both loops run, over the same items and pairs, and are timed."""

from typing import Any

import pytest
import torch

from clusteer.bench import epoch
from clusteer.constraints import from_labels
from clusteer.encoders.mlp import mlp_autoencoder
from clusteer.methods.deep import encode
from tests.bench.specs import row, spec


def test_either_loop_is_timed() -> None:
    found: Any = epoch.measure({"items": 300, "amount": 40, "epochs": 1, "seed": 0})
    assert found["epoch_seconds"] > 0
    assert found["plain_seconds"] > 0
    assert isinstance(found["bfloat16"], bool)


def test_the_plain_loop_sweeps_over_items_then_must_links_then_cannot_links() -> None:
    items = torch.rand(600, 784)
    network = mlp_autoencoder(784)
    centers = encode(network, items[:10])
    constraints = from_labels(torch.arange(600).numpy() % 2, 600, random_state=0)
    must, cannot = (torch.tensor(links.pairs) for links in (constraints.must, constraints.cannot))
    target = torch.full((600, 10), 0.1).log()
    losses = list(epoch._losses(network, centers, items, target, must, cannot))
    assert len(losses) == 3 + 2 + 2
    assert all(loss.isfinite() and loss.requires_grad for loss in losses)


@pytest.mark.parametrize("done", [True, False])
def test_the_table_says_how_many_times_as_fast(done: bool) -> None:
    from clusteer.bench.results import Results
    from clusteer.bench.table import tables
    from tests.bench.test_table import HERE

    case: Any = {"items": 60_000, "amount": 3600, "epochs": 3, "seed": 0}
    found = Results("toy", "A toy", "epoch")
    if done:
        result = {"epoch_seconds": 5.0, "plain_seconds": 12.5, "bfloat16": False, "threads": 2, "peak_megabytes": 900.0}
        found.put(case, HERE, {"result": result})
    (table,) = tables(spec(row(case), kind="epoch"), found)
    (cells,) = table.rows
    assert cells[:2] == ("60,000", "3,600")
    assert cells[2:] == (("5.0", "12.5", "2.50", "float32", "900") if done else (cells[2], "", "", "", ""))
    assert done or cells[2].startswith("not run")
