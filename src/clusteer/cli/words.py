"""Questions, groups and contradictions in words."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from clusteer.core.questions import PAGE, Question

if TYPE_CHECKING:
    from clusteer.constraints.consistency import Conflict
    from clusteer.core.questions import Answer
    from clusteer.sessions.reports import Group
    from clusteer.sessions.session import Session


def group_words(group: "Group") -> str:
    """Return what a group is called, its number where it has no name."""
    return group.name or f"group {group.number}"


def option_names(session: "Session", question: Question) -> dict[int, str]:
    """Return the name of the group behind each option, by the option's position, where the group has one."""
    labels = session.clustering.labels
    names = session.ledger.names(labels)
    groups = {place: int(labels[option[0]]) for place, option in enumerate(question.options)}
    return {place: names[group] for place, group in groups.items() if group in names}


def question_lines(question: Question, page: int, ids: Sequence[str], names: Mapping[int, str]) -> list[str]:
    """Return one page of a question as lines of text."""
    if question.kind == "same":
        return ["do these two belong together?", *(f"     {ids[item]}" for item in question.items)]
    lines = [f"with which group does it go?  {ids[question.items[0]]}"]
    for place, option in enumerate(question.page(page)):
        position = page * PAGE + place
        name = f"{names[position]}: " if position in names else ""
        lines.append(f"  {place + 1}  {name}{', '.join(ids[item] for item in option)}")
    if question.pages > 1:
        lines.append(f"     page {page + 1} of {question.pages}")
    return lines


def answer_words(answer: "Answer", ids: Sequence[str]) -> str:
    """Return what an answer says of its items."""
    question = answer.question
    item = ids[question.items[0]]
    if question.kind == "same":
        return f"{item} and {ids[question.items[1]]}: {answer.choice}"
    if answer.choice.isdecimal():
        return f"{item} goes with {ids[question.options[int(answer.choice) - 1][0]]}"
    return f"{item}: {answer.choice}" + (" of the groups shown" if answer.choice == "none" else "")


def conflict_words(conflict: "Conflict", answers: Mapping[str, "Answer"], ids: Sequence[str]) -> str:
    """Return a contradiction as a sentence that names the answers and says how to put it right."""
    steps = [
        f"{ids[first]} with {ids[second]} ({source})"
        for first, second, source in zip(conflict.items, conflict.items[1:], conflict.together, strict=False)
    ]
    questions = ", ".join(dict.fromkeys(answers[source].question.id for source in conflict.sources))
    return (
        f"put together were {', '.join(steps)}, but {ids[conflict.items[0]]} and {ids[conflict.items[-1]]} were kept "
        f"apart ({conflict.apart}); one of these answers is wrong, tell it anew (questions {questions})"
    )
