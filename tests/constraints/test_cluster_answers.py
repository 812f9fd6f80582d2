import numpy as np
import pytest

from clusteer.constraints import from_answers
from clusteer.constraints.cluster_answers import read_memberships
from clusteer.core import Answer, InvalidInputError, Question

LABELS = np.array([0, 0, 1, 1, 2, 3])
QUESTION = Question("q1", "member", (1,), ((2, 3), (4,), (5,)))


def test_a_choice_accepts_the_cluster_of_the_first_exemplar_and_rejects_the_others_on_offer() -> None:
    read = read_memberships([Answer(QUESTION, "2", source="cluster")], LABELS, 4)
    assert (read.items.tolist(), read.accepted.tolist()) == ([1], [2])
    assert read.rejected.tolist() == [[False, True, False, True]]


def test_none_rejects_all_on_offer_and_the_last_answer_about_an_item_holds() -> None:
    answers = [Answer(QUESTION, choice, source="cluster") for choice in ("1", "none", "skip")]
    read = read_memberships(answers, LABELS, 4)
    assert read.accepted.tolist() == [-1]
    assert read.rejected.tolist() == [[False, True, True, True]]


def test_such_answers_make_no_link_and_others_are_passed_over() -> None:
    answers = [Answer(QUESTION, "1", source="cluster"), Answer(QUESTION, "2", source="human")]
    assert len(from_answers(answers[:1], 6)) == 0
    assert len(read_memberships(answers[1:], LABELS, 4).items) == 0
    assert read_memberships([], LABELS, 4).rejected.shape == (0, 4)


def test_labels_of_another_collection_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="names item 5 but there are labels of 3 items; give the labels of the"):
        read_memberships([Answer(QUESTION, "1", source="cluster")], LABELS[:3], 4)
