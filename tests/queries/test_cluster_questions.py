import numpy as np
import pytest

from clusteer.queries.cluster_questions import cluster_questions
from clusteer.sessions.asking import check_question
from tests.blobs import blobs

FEATURES, TRUTH = blobs(200, 6)
ITEMS = np.arange(40)


@pytest.mark.parametrize("exemplars", [1, 3])
def test_the_nearest_clusters_are_shown_by_members_other_than_the_item(exemplars: int) -> None:
    for question in cluster_questions(FEATURES, TRUTH, ITEMS, exemplars=exemplars, round=4):
        check_question(question, len(FEATURES))
        assert (len(question.options), question.exhaustive, question.round) == (5, False, 4)
        shown = [TRUTH[list(option)].tolist() for option in question.options]
        assert all(len(option) == exemplars and len(set(option)) == 1 for option in shown)
        assert shown[0][0] == TRUTH[question.items[0]]
        assert question.items[0] not in {item for option in question.options for item in option}


def test_all_clusters_on_offer_is_exhaustive() -> None:
    (question,) = cluster_questions(FEATURES, TRUTH, ITEMS[:1], candidates=9)
    assert question.exhaustive
    assert len(question.options) == 6


def test_a_cluster_of_the_item_alone_cannot_be_shown() -> None:
    labels = TRUTH.copy()
    labels[0] = 6
    (question,) = cluster_questions(FEATURES, labels, ITEMS[:1], candidates=9)
    assert sorted(labels[[option[0] for option in question.options]].tolist()) == [0, 1, 2, 3, 4, 5]
