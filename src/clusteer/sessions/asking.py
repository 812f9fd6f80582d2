"""What to ask next, and what a question must be like."""

from collections.abc import Iterable
from dataclasses import replace

from clusteer.core.checks import check_rows
from clusteer.core.clustering import Clustering
from clusteer.core.errors import InvalidInputError
from clusteer.core.questions import KINDS, SHEET, Question
from clusteer.core.seeds import child_seed
from clusteer.queries import get_strategy
from clusteer.sessions.believing import believed_answers
from clusteer.sessions.ledger import Ledger, implied
from clusteer.sessions.rows import SessionRow


def propose(
    settings: SessionRow, clustering: Clustering, ledger: Ledger, reserved: Iterable[Question], n: int
) -> list[Question]:
    """Return up to n new questions, away from the items of ``reserved`` ones, which somebody has before them now.

    Where answers settle some of the proposals, the strategy is asked again for the rest, away from those it proposed.
    """
    if n == 0:
        return []
    strategy, seed = get_strategy(settings.strategy), child_seed(settings.seed, "strategy")
    believed = believed_answers(ledger, clustering).weights
    history, constraints = ledger.history(settings.budget, believed), ledger.constraints
    avoided = history.deferred.union(*(question.items for question in reserved))
    found: list[Question] = []
    while True:
        history = replace(history, deferred=avoided)
        proposed = strategy.propose(clustering, constraints, history, n - len(found), seed)
        useful = [question for question in proposed if not implied(question, constraints)]
        found += useful
        seen = avoided.union(*(question.items for question in proposed))
        if len(useful) == len(proposed) or seen == avoided:
            return found
        avoided = seen


def check_question(question: Question, n_items: int) -> None:
    """Refuse a question that is not well formed over ``n_items`` items.

    Raises
    ------
    InvalidInputError
        If its kind is unknown, it names items that do not exist or one twice, or lacks what its kind has.
    """
    if question.kind not in KINDS:
        raise InvalidInputError(f"a question of kind {question.kind!r} was given; kinds are {', '.join(KINDS)}")
    items, options = len(question.items), len(question.options)
    if question.kind == "same" and (items != 2 or question.options):
        raise InvalidInputError(f"a 'same' question has {items} items and {options} options; 2 and 0 do")
    if question.kind == "member" and (items != 1 or not all(question.options)):
        raise InvalidInputError(f"a 'member' question has {items} items; 1 does, and each option shows at least one")
    if question.kind == "nearer" and (items != 1 or [len(option) for option in question.options] != [1, 1]):
        raise InvalidInputError(f"a 'nearer' question has {items} items and {options} options; 1 and 2 of one item do")
    if question.kind == "difficulty" and (items != 1 or question.options):
        raise InvalidInputError(f"a 'difficulty' question has {items} items and {options} options; 1 and 0 do")
    if question.kind == "page" and (not 1 <= items <= SHEET or options != 1 or not all(question.options)):
        raise InvalidInputError(
            f"a 'page' question has {items} items and {options} options; 1 to {SHEET} items and one group to show do"
        )
    named = [*question.items, *(item for option in question.options for item in option)]
    check_rows(named, n_items, "the question")
    if len(set(named)) < len(named):
        raise InvalidInputError(f"a question names an item twice: {sorted(named)}; name each once")
