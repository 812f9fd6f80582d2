"""Questions, groups and contradictions in words, with what to type next."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from clusteer.core.errors import NotFoundError
from clusteer.core.questions import LETTERS, PAGE, Question, legal_choices
from clusteer.sessions.words import conflict_words

if TYPE_CHECKING:
    from clusteer.constraints.consistency import Conflict
    from clusteer.sessions.ledger import Ledger
    from clusteer.sessions.reports import Group
    from clusteer.sessions.session import Session

_SHOWN = 300
"""Characters of a text that a question shows."""
_WIDE = 100
"""Characters of captions that stand on one line."""


def group_words(group: "Group") -> str:
    """Return what a group is called, its number where it has no name."""
    return group.name or f"group {group.number}"


def option_names(session: "Session", question: Question) -> dict[int, str]:
    """Return the name of the group behind each option, by the option's position, where the group has one."""
    labels = session.clustering.labels
    names = session.ledger.names(labels)
    groups = {place: int(labels[option[0]]) for place, option in enumerate(question.options)}
    return {place: names[group] for place, group in groups.items() if group in names}


def captions(session: "Session", question: Question) -> list[str]:
    """Return the id of each item (n,); behind it the text of those that a question shows, where items are texts."""
    ids = [item.path for item in session.items]
    shown = {*question.items, *(item for option in question.options for item in option)}
    for item in shown if session.images.has_texts else ():
        ids[item] = caption(session, item)
    return ids


def caption(session: "Session", item: int, most: int = _SHOWN) -> str:
    """Return the id of an item and, where it is a text, the first ``most`` characters of it on one line."""
    id = session.items[item].path
    if not session.images.has_texts:
        return id
    try:
        text = session.images.text(item)
    except NotFoundError as fault:  # its id is still there to answer by
        return f"{id}  ({fault})"
    line = " ".join(text[: 10 * most].split())
    clean = "".join(character if character.isprintable() else "?" for character in line)
    return f"{id}  {clean[:most]}{'...' if len(clean) > most else ''}"


def text_of(session: "Session", item: int) -> dict[str, str | None]:
    """Return {"text": the whole text of an item} as JSON has it, None where it is gone; {} where items are no texts."""
    if not session.images.has_texts:
        return {}
    try:
        return {"text": session.images.text(item)}
    except NotFoundError:
        return {"text": None}


def question_lines(question: Question, page: int, ids: Sequence[str], names: Mapping[int, str]) -> list[str]:
    """Return one page of a question as lines of text."""
    item = ids[question.items[0]]
    match question.kind:
        case "same":
            return ["do these two belong together?", *(f"     {ids[item]}" for item in question.items)]
        case "nearer":
            shown = [f"  {place}  {ids[option[0]]}" for place, option in enumerate(question.options, 1)]
            return [f"to which of the two is it nearer?  {item}", *shown]
        case "difficulty":
            return [f"is it a clear case, of whichever group?  {item}"]
        case "page":
            shown = [f"     group: {ids[exemplar]}" for exemplar in question.options[0]]
            shown += [
                f"  {place:2} {letter}  {ids[item]}"
                for place, (letter, item) in enumerate(zip(LETTERS, question.items, strict=False), 1)
            ]
            return [f"which of these do not belong to {names.get(0, 'this group')}?", *shown]
    lines = [f"with which group does it go?  {item}"]
    for place, option in enumerate(question.page(page)):
        position = page * PAGE + place
        name = f"{names[position]}: " if position in names else ""
        shown = [ids[item] for item in option]
        apart = ", " if sum(map(len, shown)) <= _WIDE else "\n       "
        lines.append(f"  {place + 1}  {name}{apart.join(shown)}")
    if question.pages > 1:
        lines.append(f"     page {page + 1} of {question.pages}")
    return lines


def choice_words(question: Question) -> str:
    """Return what may be answered to a question."""
    legal = list(legal_choices(question))
    if question.kind == "page":
        legal.insert(1, "the numbers of those that do not belong (2,5)")
    return ", ".join(legal)


def remedy_words(conflict: "Conflict", ledger: "Ledger", ids: Sequence[str]) -> str:
    """Return a contradiction as a sentence that names what was said and how to put it right."""
    questions = {answer.id: answer.question.id for answer in ledger.answers}
    told = [questions[source] for source in conflict.sources if source in questions]
    declared = [source for source in conflict.sources if source not in questions]
    remedies = [f"tell it anew (questions {', '.join(dict.fromkeys(told))})"] if told else []
    remedies += [f"take it back (constrain --drop {', '.join(declared)})"] if declared else []
    return f"{conflict_words(conflict, ids)}: {', or '.join(remedies)}"
