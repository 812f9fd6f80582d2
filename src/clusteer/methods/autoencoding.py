"""What deep methods have in common whose network is an autoencoder that is pretrained."""

from collections.abc import Iterator, Sequence

from torch import Tensor

from clusteer.core import InvalidInputError
from clusteer.encoders.mlp import Autoencoder, mlp_autoencoder
from clusteer.methods.deep import DeepClustering
from clusteer.methods.pretraining import Denoising
from clusteer.training import EpochReport, train

_WIDTHS = (500, 500, 2000, 10)


class AutoencoderClustering(DeepClustering[Autoencoder]):
    """Pretrains an autoencoder before all else."""

    pretrain_epochs: int
    pretrain_noise: float
    noise: float
    batch_size: int
    learning_rate: float

    def _check_settings(self) -> None:
        if self.pretrain_epochs < 0 or self.batch_size < 1:
            raise InvalidInputError(
                f"pretrain_epochs is {self.pretrain_epochs} and batch_size {self.batch_size}; give at least 0 and 1"
            )
        if not (0 <= self.pretrain_noise < 1 and 0 <= self.noise < 1):
            raise InvalidInputError(
                f"pretrain_noise is {self.pretrain_noise} and noise {self.noise}; give shares from 0 to below 1"
            )

    def _layers(self, shape: Sequence[int], widths: Sequence[int] | None) -> Autoencoder:
        return mlp_autoencoder(shape[0], widths or _WIDTHS)

    def _pretrain(self, network: Autoencoder, items: Tensor) -> Iterator[EpochReport]:
        if self.pretrain_epochs:
            objective = Denoising(
                network,
                items,
                epochs=self.pretrain_epochs,
                noise=self.pretrain_noise,
                batch_size=self.batch_size,
                learning_rate=self.learning_rate,
                generator=self.generator("pretraining"),
            )
            yield from train(objective, self.pretrain_epochs)
