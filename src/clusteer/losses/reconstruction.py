"""What keeps a code true to the item: the squared error of its reconstruction."""

from torch import Tensor

from clusteer.losses._weighing import at_least_single


def reconstruction_loss(output: Tensor, target: Tensor) -> Tensor:
    """Return the mean squared error per feature.

    ::

        (1 / (b d)) sum_i || g(f(x_i)) - x_i ||^2

    Parameters
    ----------
    output : (b, d) Tensor
        What the decoder made of the codes.
    target : (b, d) Tensor
        The items, without the noise that the encoder may have been given.

    Returns
    -------
    Tensor
        A scalar, at least 0; exactly 0 for an empty batch.

    Notes
    -----
    **Source**: DCC, Eq. 9. The paper sums over features and items; its authors' code and ours take the mean over both,
    which is d times smaller (784 on MNIST). The code's features are pixels times 0.02, which makes the error 26 times
    that of pixels in [0, 1]; ``DCC.paper("mnist")`` does the same.
    """
    error = at_least_single(output) - at_least_single(target)
    return error.square().sum() / max(1, error.numel())
