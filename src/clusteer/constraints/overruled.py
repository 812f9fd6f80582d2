"""Which answers a later one overrules: where an item was asked about again, what was said before may hold no more."""

from collections.abc import Iterable, Sequence

from clusteer.constraints.from_answers import from_answers
from clusteer.constraints.from_declarations import Declared
from clusteer.core.questions import AGAIN, SKIP, UNSURE, Answer


def overruled_answers(answers: Sequence[Answer], n_items: int, declared: Iterable[Declared] = ()) -> frozenset[str]:
    """Return the ids of the answers that an answer to a question asked again contradicts.

    Asked again is about an item whose earlier answers are doubted. Of these, each is held against the closure of all
    other answers, the new one among them: what contradicts it is overruled, what agrees with it counts as said twice.
    The new answer has the say because a doubted answer is more likely wrong than right, and people err on few of the
    others. O(answers), and one closure; nothing where nothing was asked again.

    Parameters
    ----------
    answers : sequence of Answer
        Standing answers in ledger order.
    n_items : int
        Size of the collection.
    declared : iterable of Declared
        Standing declarations that state constraints.
    """
    last = {
        answer.question.items[0]: place
        for place, answer in enumerate(answers)
        if answer.question.purpose == AGAIN and answer.choice not in (SKIP, UNSURE)
    }
    if not last:
        return frozenset()
    before = {
        answer.id: answer
        for place, answer in enumerate(answers)
        if any(place < last.get(item, 0) for item in spoken_of(answer))
    }
    others = (answer for answer in answers if answer.id not in before)
    closure = from_answers(others, n_items, declared=declared).deduced().closure()
    said = from_answers(before.values(), n_items)
    parted, joined = closure.known(said.must.pairs)[1], closure.known(said.cannot.pairs)[0]
    return frozenset(
        source
        for links, wrong in ((said.must, parted), (said.cannot, joined))
        for source, contradicted in zip(links.sources, wrong.tolist(), strict=True)
        if contradicted
    )


def spoken_of(answer: Answer) -> tuple[int, ...]:
    """Return the items that an answer is about and that may be asked about again; of a page none."""
    if answer.choice in (SKIP, UNSURE) or answer.source == "cluster":
        return ()
    return answer.question.items if answer.question.kind in ("same", "member") else ()
