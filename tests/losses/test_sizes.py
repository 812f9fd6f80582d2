import pytest
import torch

from clusteer.losses import balance_loss, bound_loss, corrected_shares, size_loss


def some_log_q(n: int, k: int, seed: int) -> torch.Tensor:
    return torch.randn(n, k, generator=torch.Generator().manual_seed(seed)).double().log_softmax(dim=1)


def test_sizes_bounds_and_balance_cost_what_the_equations_say() -> None:
    q = some_log_q(12, 3, 0).exp()
    men, women = range(0, 5), range(5, 12)
    shares = torch.stack([q[list(part)].mean(dim=0) for part in (men, women)])
    men_share = [sum(q[i, c].item() for i in men) / 5 for c in range(3)]
    women_share = [sum(q[i, c].item() for i in women) / 7 for c in range(3)]
    pi = [0.5, 0.3, 0.2]
    assert size_loss(shares[0], torch.tensor(pi)).item() == pytest.approx(
        sum((share - wanted) ** 2 for share, wanted in zip(men_share, pi, strict=True))
    )
    lower, upper, meant = 0.35, 0.3, [1.0, 0.5, 0.0]
    naive = sum(
        v * (min(0, share - lower) ** 2 + max(0, share - upper) ** 2) for v, share in zip(meant, men_share, strict=True)
    )
    found = bound_loss(shares[:1], torch.tensor([lower]), torch.tensor([upper]), torch.tensor([meant]))
    assert found.item() == pytest.approx(naive, rel=1e-6)
    naive = sum(max(abs(m - w) - 0.02, 0) ** 2 for m, w in zip(men_share, women_share, strict=True))
    assert balance_loss(shares, 0.02).item() == pytest.approx(naive)


def test_three_parts_are_balanced_pair_by_pair() -> None:
    shares = some_log_q(3, 4, 1).exp()
    naive = sum(((shares[p] - shares[r]) ** 2).sum().item() for p, r in ((0, 1), (0, 2), (1, 2)))
    assert balance_loss(shares).item() == pytest.approx(naive)
    assert balance_loss(shares[:1]) == 0


def test_met_demands_cost_exactly_nothing() -> None:
    shares = torch.tensor([[0.5, 0.5], [0.5, 0.5]], requires_grad=True)
    total = (
        size_loss(shares[0], torch.tensor([0.5, 0.5]))
        + bound_loss(shares, torch.tensor([0.2, 0.5]), torch.tensor([0.5, 1.0]), torch.ones(2, 2))
        + balance_loss(shares)
    )
    total.backward()  # type: ignore[no-untyped-call]  # torch gives it no types
    assert total == 0
    assert shares.grad is not None
    assert not shares.grad.any()


def test_the_estimate_of_shares_is_unbiased_and_exact_without_change() -> None:
    """Over all batches of a partition of the collection it averages to the true shares."""
    n, parts = 60, torch.zeros(60, 2).double()
    parts[:20, 0], parts[20:, 1] = 1 / 20, 1 / 40
    before = some_log_q(n, 3, 0)
    now = (before + 0.3 * some_log_q(n, 3, 1)).log_softmax(dim=1)
    shares = parts.T @ before.exp()
    batches = torch.randperm(n, generator=torch.Generator().manual_seed(2)).reshape(10, 6)
    estimates = [corrected_shares(shares, now[rows], before[rows], parts[rows], n) for rows in batches]
    assert torch.allclose(torch.stack(estimates).mean(dim=0), parts.T @ now.exp())
    assert torch.equal(corrected_shares(shares, before[:6], before[:6], parts[:6], n), shares)
    assert torch.equal(corrected_shares(shares, now[:0], before[:0], parts[:0], n), shares)
    # Near the full pass it strays far less than the mean of the batch does.
    plain = torch.stack([now[rows].exp().mean(dim=0) for rows in batches]).std(dim=0)
    whole = torch.full((n, 1), 1 / n).double()
    corrected = torch.stack(
        [corrected_shares(whole.T @ before.exp(), now[r], before[r], whole[r], n)[0] for r in batches]
    ).std(dim=0)
    assert (corrected < plain / 2).all()
