"""The only place that knows what an answer means."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain

from clusteer.constraints.constraint_set import ConstraintSet
from clusteer.constraints.from_declarations import Declared
from clusteer.constraints.kinds import (
    CannotLink,
    Constraint,
    Difficulty,
    Member,
    MustLink,
    Pair,
    Rejection,
    Rule,
    Triplet,
)
from clusteer.constraints.logic import as_rule
from clusteer.constraints.opening import Opening
from clusteer.core.errors import InvalidInputError
from clusteer.core.questions import EASY, NONE, SAME, SKIP, UNSURE, Answer, Question, check_choice, outside

Link = MustLink | CannotLink | Member | Rejection
BEGINNING = datetime.min.replace(tzinfo=UTC)


def from_answers(
    answers: Iterable[Answer],
    n_items: int,
    weights: Mapping[str, float] | None = None,
    declared: Iterable[Declared] = (),
) -> ConstraintSet:
    """Translate standing answers and declarations into constraints.

    ``same`` gives a must-link or a cannot-link. ``member`` gives a membership of the option chosen, and of that one
    only: exemplars of the options passed over may be of one class, so they are linked no further than earlier answers
    hold them apart, which the closure knows. "none" rejects each option shown; that it opens a new group where every
    open group was on offer follows, because the item is then kept apart from all of them
    (``ConstraintSet.groups``). ``page`` gives each item a membership of the group shown or a rejection, ``nearer`` a
    triplet, ``difficulty`` a mark of 1 (easy) or -1 (hard). "skip" and "unsure" state nothing.

    An answer with source ``cluster`` accepted a cluster and not the exemplars shown for it, so it makes no link.

    Parameters
    ----------
    answers : iterable of Answer
        Standing answers in ledger order.
    n_items : int
        Size of the collection.
    weights : mapping of id to weight, optional
        How far each answer or declaration is believed, in (0, 1]; 1 where not given. A declaration's own weight is
        multiplied by it.
    declared : iterable of Declared
        Standing declarations that state constraints, in ledger order. Groups open in the order of time over answers
        and declarations; an answer without a time counts as given together with the one before it.

    Raises
    ------
    InvalidInputError
        If a choice is not legal for its question, a declaration states no constraint, or an item is not in the
        collection.
    """
    weights = weights or {}
    stated: list[Constraint] = []
    met: dict[int, None] = {}
    opening = Opening()
    for statement in _in_time(answers, declared):
        weight = weights.get(statement.id, 1.0)
        if isinstance(statement, Declared):
            own = statement.constraint
            said = [own if weight == 1 else replace(own, weight=weight * own.weight)]
            spoken = [item for link in said if isinstance(link, Link) for item in link.pair]
        else:
            said, spoken = _read(statement, weight), _spoken(statement)
        stated += said
        met.update(dict.fromkeys(spoken))
        _open(said, spoken, opening)
    return ConstraintSet.from_stated(n_items, stated, order=met, openers=opening.items)


def _open(said: list[Constraint], spoken: list[int], opening: Opening) -> None:
    """Let one statement open the groups it opens, in the order in which it speaks of items."""
    must: list[Pair] = []
    cannot: list[Pair] = []
    rules: list[Rule] = []
    for constraint in said:
        match constraint:
            case MustLink() | Member():
                must.append(constraint.pair)
            case CannotLink() | Rejection():
                cannot.append(constraint.pair)
            case Triplet():
                rules.append(as_rule(constraint))
            case Rule():
                rules.append(constraint)
    linked = set(chain(*must, *cannot))
    opening.add(must, cannot, [item for item in spoken if item in linked], rules)


def _in_time(answers: Iterable[Answer], declared: Iterable[Declared]) -> Iterator[Answer | Declared]:
    """Merge answers and declarations, each in order, by the time at which they were given; answers first if equal."""
    waiting = sorted(declared, key=lambda statement: statement.at)
    now, place = BEGINNING, 0
    for answer in answers:
        now = max(now, answer.at or now)
        while place < len(waiting) and waiting[place].at < now:
            yield waiting[place]
            place += 1
        yield answer
    yield from waiting[place:]


def _spoken(answer: Answer) -> list[int]:
    """Return the items whose groups an answer speaks of, in the order in which they may open groups."""
    if answer.choice in (SKIP, UNSURE) or answer.question.kind in ("nearer", "difficulty"):
        return []
    return [*(option[0] for option in answer.question.options), *answer.question.items]


def _read(answer: Answer, weight: float) -> list[Constraint]:
    """Return what one answer states."""
    question, source = answer.question, answer.id
    try:
        choice = check_choice(question, answer.choice)
    except InvalidInputError as fault:
        raise InvalidInputError(f"answer {source or '(no id)'}: {fault}") from fault
    if choice in (SKIP, UNSURE) or answer.source == "cluster":
        return []
    match question.kind:
        case "same":
            first, second = question.items
            link = MustLink if choice == SAME else CannotLink
            return [link(first=first, second=second, weight=weight, source=source)]
        case "page":
            return _read_page(question, set(outside(question, choice)), weight, source)
    (item,) = question.items
    match question.kind:
        case "nearer":
            near, far = (option[0] for option in (question.options if choice == "1" else question.options[::-1]))
            return [Triplet(anchor=item, near=near, far=far, weight=weight, source=source)]
        case "difficulty":
            return [Difficulty(item=item, value=1.0 if choice == EASY else -1.0, weight=weight, source=source)]
    if choice == NONE:
        return [Rejection(item=item, exemplars=shown, weight=weight, source=source) for shown in question.options]
    return [Member(item=item, exemplars=question.options[int(choice) - 1], weight=weight, source=source)]


def _read_page(question: Question, out: set[int], weight: float, source: str) -> list[Constraint]:
    (shown,) = question.options
    said: list[Constraint] = []
    for item in question.items:
        if item != shown[0]:  # The leader cannot be told apart from itself.
            others = tuple(exemplar for exemplar in shown if exemplar != item)
            statement = Rejection if item in out else Member
            said.append(statement(item=item, exemplars=others, weight=weight, source=source))
    return said
