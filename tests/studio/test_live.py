"""What is loaded when, what the thread does, and the layout of the map."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from clusteer.core.clustering import Clustering
from clusteer.core.errors import UnavailableError
from clusteer.sessions.store import Store
from clusteer.studio.live import Open
from clusteer.studio.projection import FEWEST, fitted, main_axes, write_projection
from tests.blobs import blob_index, blobs
from tests.studio.conftest import MINE, Get
from tests.waiting import until

LAZY = ("scipy", "sklearn", "sqlalchemy", "torch", "openTSNE")


def test_the_first_page_waits_for_no_heavy_import() -> None:
    code = f"import sys, clusteer.studio.app; print([name for name in {LAZY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_session_is_opened_once(place: Path) -> None:
    store = Store(place / "home")
    sessions = Open(lambda: store)
    live = sessions("mine")
    assert sessions("mine") is live
    assert len(live.clustering(36).labels) == 36
    sessions.close()


def test_what_others_declare_shows_in_the_next_grouping(get: Get, told: list[str], place: Path) -> None:
    from clusteer.sessions.session import Session

    session = Session.open("mine", Store(place / "home"))
    session.declare("n_clusters", {"value": 2})
    until(lambda: len(get(f"{MINE}/groups")) == 2)
    assert get(MINE)["trouble"] == ""


def test_an_error_of_ours_is_said_and_the_next_grouping_comes(
    get: Get, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clusteer.sessions.session import Session

    assert get(f"{MINE}/groups")
    refit, failing = Session.refit, True

    def fail(session: Session) -> Clustering:
        if failing:
            raise ZeroDivisionError("by nought")
        return refit(session)

    monkeypatch.setattr(Session, "refit", fail)
    Session.open("mine", Store(place / "home")).declare("n_clusters", {"value": 2})
    until(lambda: "an error of ours: ZeroDivisionError: by nought" in get(MINE)["trouble"])
    failing = False
    until(lambda: len(get(f"{MINE}/groups")) == 2)
    assert get(MINE)["trouble"] == ""


def test_a_session_that_could_not_be_opened_is_tried_again(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, sessions = Store(place / "home"), Open(lambda: store)
    with monkeypatch.context() as broken:
        broken.setattr("clusteer.sessions.session.Session.__init__", lambda *_: 1 / 0)
        with pytest.raises(UnavailableError, match="session 'mine' met an error of ours: ZeroDivisionError"):
            sessions("mine").clustering(36)
    assert len(sessions("mine").clustering(36).labels) == 36
    sessions.close()


def test_points_of_one_group_are_near_each_other(tmp_path: Path) -> None:
    n = 2 * FEWEST
    _, truth = blobs(n)
    seen: list[int] = []
    write_projection(blob_index(n), tmp_path / "map.npy", lambda done, total, left=None: seen.append(done))
    points = np.load(tmp_path / "map.npy")
    assert points.shape == (n, 2)
    assert np.abs(points).max() == np.float32(1)
    assert seen == sorted(seen)
    apart = np.linalg.norm(points[:, None] - points[None], axis=2)
    alike = truth[:, None] == truth[None]
    assert apart[alike].mean() < 0.5 * apart[~alike].mean()


def test_axes_fill_the_square_whatever_they_are_made_of() -> None:
    assert np.abs(main_axes(np.random.default_rng(0).normal(size=(9, 5)).astype(np.float32))).max() == np.float32(1)
    assert main_axes(np.ones((3, 1), np.float32)).tolist() == [[0, 0]] * 3
    assert fitted(np.zeros((1, 2), np.float32)).tolist() == [[0, 0]]
