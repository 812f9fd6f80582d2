"""Asking, telling and bringing the engine up to date never load torch: a person waits for them."""

import subprocess
import sys
from pathlib import Path

LOOP = """
import sys
from pathlib import Path

import numpy as np

from clusteer.data.images import ImageSet
from clusteer.neighbors import build_index
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store

home = Path(sys.argv[1])
rng = np.random.default_rng(0)
truth = np.arange(90) % 3
features = (rng.normal(size=(3, 6))[truth] * 4 + rng.normal(size=(90, 6))).astype(np.float32)
images = ImageSet.from_features("blobs", features)
index = build_index(features, "given")
for strategy in ("margin", "farthest-first", "uniform"):
    Session.create(strategy, images, index, store=Store(home), strategy=strategy)
    session = Session.open(strategy, Store(home))
    for _ in range(12):
        (question,) = session.ask()
        if question.kind == "same":
            first, second = question.items
            choice = "same" if truth[first] == truth[second] else "different"
        else:
            shown = [truth[option[0]] for option in question.options]
            item = truth[question.items[0]]
            choice = str(shown.index(item) + 1) if item in shown else "none"
        session.tell(question.id, choice)
        session.refit()
    session.why(5)
    session.fit()
    predicted = session.engine.predict_proba(features).argmax(axis=1)
    print((predicted == session.clustering.labels).all(), session.clustering.n_clusters, "torch" in sys.modules)
"""


def test_ask_tell_and_refit_load_no_torch(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LOOP, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["True 3 False"] * 3
