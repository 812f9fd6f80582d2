"""A small session is served, answered and watched in a real browser."""

import pytest

from clusteer.bench import page_latency


def test_a_page_is_timed_in_a_real_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_latency, "STARTS", 1)
    monkeypatch.setattr(page_latency, "WATCHED", 2)
    found = page_latency.measure({"sets": "inks", "items": 120, "answers": 5, "pause": 0.0, "seed": 0})
    assert found.pop("answers") == 5
    times = {name: float(str(value)) for name, value in found.items()}
    assert times.keys() == {
        "first_page", "sessions_listed", "first_question", "key_median", "key_p95", "key_max", "groups_max", "map_max",
    }  # fmt: skip
    assert all(value > 0 for value in times.values())
    assert times["first_page"] <= times["sessions_listed"]
    assert times["key_median"] <= times["key_p95"] <= times["key_max"]
