"""Cases of kind words: pictures grouped by a criterion in words, by Multi-Sub, parts of it, and what needs no training.

``scenes`` are drawn, so many of each form and colour as ``items`` says; other sets are read from folders SET/CRITERION,
with a folder for each class, in the data folder, and CIFAR-10 as elsewhere.
"""

import time
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import rand_score
from torch.nn.functional import normalize

from clusteer.bench.environment import peak_megabytes
from clusteer.bench.spec import Case
from clusteer.core.errors import InvalidInputError, NotFoundError, UnavailableError
from clusteer.core.seeds import child_seed
from clusteer.data import NAMES, ImageSet, load, scenes
from clusteer.data.builtin import data_folder
from clusteer.data.reference_words import random_words
from clusteer.encoders import encode, get_joint_encoder
from clusteer.losses import joined
from clusteer.methods.multisub import MultiSub
from clusteer.metrics import accuracy, ari, nmi

FIRST_SEED = 1_000_000_000
"""Seeds of scenes that are measured; the choice of settings saw lower ones."""


def measure(case: Case) -> dict[str, object]:
    """Group the pictures of a case and say how good the groups are.

    Raises
    ------
    UnavailableError
        If the pictures or the encoder's weights are missing; the sentence begins with "needs".
    """
    dataset, criterion, encoder = (str(case[name]) for name in ("dataset", "truth", "encoder"))
    features, truth = _items(dataset, criterion, encoder, int(str(case["items"])), int(str(case["seed"])))
    began = time.perf_counter()
    labels = _labels(case, features, len(np.unique(truth)))
    point = {
        "acc": accuracy(truth, labels),
        "nmi": nmi(truth, labels),
        "ari": ari(truth, labels),
        "rand": float(rand_score(truth, labels)),
        "groups": len(np.unique(labels)),
        "seconds": time.perf_counter() - began,
        "peak_megabytes": peak_megabytes(),
    }
    return {"items": len(features), "points": [point]}


def _labels(case: Case, features: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    seed, method, template = int(str(case["seed"])), str(case["method"]), str(case["template"])
    said = str(case["words"])
    words = random_words(10, seed).words if said == "random" else tuple(said.split(","))
    if method == "k-means":
        return _kmeans(features, k, seed)
    clip = get_joint_encoder(str(case["encoder"]))
    if method == "zero-shot":
        texts = clip.embed_texts([template.replace("*", word) for word in words])
        pictures = torch.from_numpy(np.array(features)) @ clip.projection()
        nearest: NDArray[np.int64] = (normalize(pictures, dim=1) @ normalize(texts, dim=1).T).argmax(dim=1).numpy()
        return nearest
    model = MultiSub(words=words, template=template, encoder=str(case["encoder"]), n_clusters=k, random_state=seed)
    if method == "multisub, no phase II":
        model.set_params(separation_epochs=0)
    model.fit(features)
    if method.startswith("multisub"):
        return model.labels_
    values = torch.from_numpy(model.transform(features))
    own, pictures = values[:, : clip.word_dimensions], values[:, clip.word_dimensions :]
    # Words have length 1 there, and a text wants them as long as reference words are.
    lengths = clip.embed_words(words).norm(dim=1).mean()
    texts = clip.prompt(template)(lengths * own).detach()
    seen = {
        "words alone": own,
        "pictures alone": pictures,
        "texts alone": normalize(texts, dim=1),
        "texts and pictures": joined(texts, pictures),
    }
    return _kmeans(seen[method].numpy(), k, seed)


def _kmeans(values: NDArray[np.float32], k: int, seed: int) -> NDArray[np.int64]:
    labels: NDArray[np.int64] = KMeans(k, n_init=10, random_state=child_seed(seed, "k-means")).fit_predict(values)
    return labels.astype(np.int64)


@cache
def _items(
    dataset: str, criterion: str, encoder: str, per_combination: int, seed: int
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return features (n, p) before the projection, and classes."""
    if dataset == "scenes":
        pixels, truths = scenes.drawn(per_combination, FIRST_SEED + seed)
        clip = get_joint_encoder(encoder)
        parts = [clip.encode(pixels[start : start + 512]) for start in range(0, len(pixels), 512)]
        return np.concatenate(parts), truths[criterion]
    images, truth = _pictures(dataset, criterion)
    try:
        return np.array(encode(images, encoder)), truth
    except UnavailableError as fault:
        raise UnavailableError(f"needs the weights of {encoder}: {fault}") from fault


def _pictures(dataset: str, criterion: str) -> tuple[ImageSet, NDArray[np.int64]]:
    if dataset in NAMES:
        try:
            images = load(dataset)
        except UnavailableError as fault:
            raise UnavailableError(f"needs {dataset}.npz in the data folder, or a network to fetch it from") from fault
        return images, np.asarray(images.truths[criterion], np.int64)
    folder = data_folder() / dataset / criterion
    try:
        images = ImageSet.from_folder(folder)
    except (InvalidInputError, NotFoundError) as fault:
        raise UnavailableError(
            f"needs the pictures of {dataset} as {dataset}/{criterion}/CLASS/ in the data folder; they do not come "
            "with this package"
        ) from fault
    classes = [name.split("/")[0] for name in images.ids]
    return images, np.unique(classes, return_inverse=True)[1].astype(np.int64)
