"""A network that only encodes: what deep methods train where nothing has to be restored."""

from torch import Tensor, nn

from clusteer.encoders.mlp import Autoencoder


class Encoder(Autoencoder):
    """An encoder (b, ...) -> (b, d), any module, with the units of an ``Autoencoder`` but without a decoder."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__(encoder, nn.Identity())

    def decode(self, codes: Tensor) -> Tensor:
        """Raise ``NotImplementedError``: there is nothing to restore items with."""
        raise NotImplementedError("this network has no decoder; give one that has, as mlp_autoencoder makes")
