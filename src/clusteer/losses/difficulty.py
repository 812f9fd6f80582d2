"""Clear cases and hard ones."""

from torch import Tensor

from clusteer.losses._weighing import at_least_single, weighted_mean


def difficulty_loss(log_q: Tensor, difficulty: Tensor) -> Tensor:
    """Return how unsure the easy items are, and how sure the hard ones.

    ::

        -(1 / b) sum_i M_i sum_j q_ij^2

    Parameters
    ----------
    log_q : (b, k) Tensor
        Log-assignments.
    difficulty : (b,) Tensor
        M, in [-1, 1]: above 0 easy, below 0 hard, 0 nothing known.

    Returns
    -------
    Tensor
        A scalar from -1 to 1; exactly 0 for an empty batch and where nothing is known.

    Notes
    -----
    **Source**: DCC, Eq. 6, with the sign that its text means. As printed, the term of a hard item is M sum q^2 with
    M < 0, so minimising it would sharpen hard items, against "prevents the difficult instances having sparse clustering
    assignments". The authors' code has -0.1 times the Frobenius norm of M q over the batch, which squares M and loses
    its sign too. ``difficulty_weight`` of the method is the code's 0.1.
    """
    return weighted_mean(-at_least_single(log_q).mul(2).exp().sum(dim=1), difficulty)
