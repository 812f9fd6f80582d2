"""The report says how far groups and answers can be trusted, where the session knows."""

import re
from pathlib import Path

import numpy as np
import pytest

from clusteer.core.questions import AUDIT, Question
from clusteer.data.images import ImageSet
from clusteer.queries.oracles import Truth
from clusteer.sessions.audit import audit
from clusteer.sessions.report_page import report_page
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from clusteer.sessions.words import estimate_words
from tests.blobs import blob_index, blobs

FEATURES, TRUTH = blobs(200)


def answered(home: Path, strategy: str, n: int, mistaken: int | None = None) -> Session:
    images = ImageSet.from_features("blobs", FEATURES)
    session = Session.create("mine", images, blob_index(200), store=Store(home), strategy=strategy)
    for number in range(n):
        (question,) = session.ask(1)
        right = _right(question)
        wrong = "1" if right != "1" else "2"
        session.tell(question.id, wrong if number == mistaken else right)
    return session


def _right(question: Question) -> str:
    return Truth().answer(question, TRUTH, np.random.default_rng(0))


def test_of_an_audited_session_it_says_how_many_belong_where_they_are(tmp_path: Path) -> None:
    session = answered(tmp_path, "margin-audited", 45)
    page, found = report_page(session), audit(session)
    assert f"{estimate_words(found.accuracy)} of the items, as {found.accuracy.answers} answers tell" in page
    assert page.count("too few answers to tell") == len(session.groups()) - len(found.groups)
    for estimate in found.groups.values():
        assert f"{estimate_words(estimate)}</td>" in page
        assert f'cx="{5 + 110 * estimate.value:.1f}"' in page
    assert "<th>Belong there</th>" in page
    assert "4 groups found by answers, about 4 in all" in page


def test_it_draws_how_sure_the_items_of_each_group_are(tmp_path: Path) -> None:
    session = answered(tmp_path, "margin", 20)
    page, clustering = report_page(session), session.clustering
    drawn = re.findall(r'aria-label="confidence from 0 to 100 %, in tenths:(.*?)"', page)
    assert len(drawn) == clustering.n_clusters
    for group, shares in enumerate(drawn):
        own = clustering.confidence[clustering.labels == group]
        told = [float(share.rstrip("%")) / 100 for share in shares.split()]
        assert told == pytest.approx(np.histogram(own, 10, (0, 1))[0] / len(own), abs=0.006)


def test_without_audit_answers_it_says_nothing_of_that(tmp_path: Path) -> None:
    page = report_page(answered(tmp_path, "margin", 20))
    assert "right group" not in page
    assert "Belong there" not in page
    assert "more likely wrong" not in page


def test_where_no_audit_answer_tells_anything_it_says_nothing_either(tmp_path: Path) -> None:
    session = answered(tmp_path, "margin", 1)
    session.pose([Question("", "member", (7,), ((session.constraints.leaders[0],),), purpose=AUDIT)])
    session.tell("q2", "skip")
    assert session.status().audited == 1
    assert "right group" not in report_page(session)


def test_doubted_and_overruled_answers_are_named(tmp_path: Path) -> None:
    session = answered(tmp_path, "margin-reasking", 31, mistaken=30)
    (doubted,) = session.status().doubtful
    (line,) = re.findall(r"<li>(.*goes with.*) \(right with \d+%\)</li>", report_page(session))
    (question,) = session.ask(1)
    session.tell(question.id, _right(question))
    assert session.status().overruled == (doubted,)
    page = report_page(session)
    assert f"<li>{line}</li>" in page
    assert "asked again and answered otherwise" in page
    assert "more likely wrong" not in page


@pytest.mark.parametrize("n", [0, 1])
def test_a_session_of_few_answers_has_a_report(tmp_path: Path, n: int) -> None:
    assert "<h1>mine</h1>" in report_page(answered(tmp_path, "margin", n))
