"""If these belong together, those do not: implications."""

from torch import Tensor

from clusteer.losses._weighing import at_least_single, weighted_mean


def rule_loss(log_premises: Tensor, log_conclusion: Tensor, weights: Tensor | None = None) -> Tensor:
    """Return how far conclusions lag behind the premises that hold, in the mean.

    ::

        (1 / m) sum_r w_r ( prod_p P(premise_rp) ) ( -log P(conclusion_r) )

    Parameters
    ----------
    log_premises : (m,) Tensor
        Per rule the sum of its premises' log-probabilities, which is the log of their product t-norm:
        ``log_together`` of a pair that belongs together, ``log_apart`` of one that does not.
    log_conclusion : (m,) Tensor
        Log-probability of each rule's conclusion, likewise.
    weights : (m,) Tensor, optional
        How far each rule is believed, in [0, 1].

    Returns
    -------
    Tensor
        A scalar, at least 0; exactly 0 for no rules, and nearly 0 where premises do not hold.

    Notes
    -----
    **Source**: DCC, section 3.4, which adds the conclusion's link once the premises hold on the current assignment.
    That has no gradient to the premises and depends on the moment it is checked; the product is smooth, so a rule may
    also be met by giving up a premise. There is no released code for it.
    """
    premises, conclusion = at_least_single(log_premises), at_least_single(log_conclusion)
    return weighted_mean(premises.exp() * -conclusion, weights)
