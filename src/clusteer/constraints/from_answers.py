"""The only place that knows what an answer means."""

from collections.abc import Iterable, Mapping

from clusteer.constraints.constraint_set import ConstraintSet
from clusteer.constraints.kinds import CannotLink, Member, MustLink, Rejection
from clusteer.constraints.opening import Opening
from clusteer.core.errors import InvalidInputError
from clusteer.core.questions import NONE, SAME, SKIP, UNSURE, Answer, legal_choices


def from_answers(answers: Iterable[Answer], n_items: int, weights: Mapping[str, float] | None = None) -> ConstraintSet:
    """Translate standing answers into constraints.

    ``same`` gives a must-link or a cannot-link. ``member`` gives a membership of the option chosen, and of that one
    only: exemplars of the options passed over may be of one class, so they are linked no further than earlier answers
    hold them apart, which the closure knows. "none" rejects each option shown; that it opens a new group where every
    open group was on offer follows, because the item is then kept apart from all of them
    (``ConstraintSet.groups``). "skip" and "unsure" state nothing.

    An answer with source ``cluster`` accepted a cluster and not the exemplars shown for it, so it makes no link.

    Parameters
    ----------
    answers : iterable of Answer
        Standing answers in ledger order.
    n_items : int
        Size of the collection.
    weights : mapping of answer id to weight, optional
        How far each answer is believed, in (0, 1]; 1 where not given.

    Raises
    ------
    InvalidInputError
        If a choice is not legal for its question, or an item is not in the collection.
    """
    stated: list[MustLink | CannotLink | Member | Rejection] = []
    met: dict[int, None] = {}
    opening = Opening()
    for answer in answers:
        said = _read(answer, (weights or {}).get(answer.id, 1.0))
        if answer.choice in (SKIP, UNSURE):
            continue
        stated += said
        spoken = [*(option[0] for option in answer.question.options), *answer.question.items]
        met.update(dict.fromkeys(spoken))
        linked = {item for constraint in said for item in constraint.pair}
        opening.add(
            [constraint.pair for constraint in said if isinstance(constraint, MustLink | Member)],
            [constraint.pair for constraint in said if isinstance(constraint, CannotLink | Rejection)],
            [item for item in spoken if item in linked],
        )
    return ConstraintSet(
        n_items,
        must_links=tuple(constraint for constraint in stated if isinstance(constraint, MustLink)),
        cannot_links=tuple(constraint for constraint in stated if isinstance(constraint, CannotLink)),
        members=tuple(constraint for constraint in stated if isinstance(constraint, Member)),
        rejections=tuple(constraint for constraint in stated if isinstance(constraint, Rejection)),
        order=tuple(met),
        openers=tuple(opening.items),
    )


def _read(answer: Answer, weight: float) -> list[MustLink | CannotLink | Member | Rejection]:
    """Return what one answer states."""
    question, choice, source = answer.question, answer.choice, answer.id
    if choice not in legal_choices(question):
        raise InvalidInputError(
            f"answer {source or '(no id)'} chose {choice!r}, which a {question.kind!r} question "
            f"with {len(question.options)} options does not offer; choose {', '.join(legal_choices(question))}"
        )
    if choice in (SKIP, UNSURE) or answer.source == "cluster":
        return []
    if question.kind == "same":
        first, second = question.items
        link = MustLink if choice == SAME else CannotLink
        return [link(first=first, second=second, weight=weight, source=source)]
    (item,) = question.items
    if choice == NONE:
        return [Rejection(item=item, exemplars=shown, weight=weight, source=source) for shown in question.options]
    return [Member(item=item, exemplars=question.options[int(choice) - 1], weight=weight, source=source)]
