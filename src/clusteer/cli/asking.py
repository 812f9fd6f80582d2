"""The commands ask, tell and undo: one step each, for scripts and for people in a hurry."""

from typing import Annotated

import typer

from clusteer.cli.opening import open_session
from clusteer.cli.options import Annotator, Json, Name, StrategyName
from clusteer.cli.output import emit, remark, say
from clusteer.cli.words import captions, choice_words, option_names, question_lines, text_of
from clusteer.core.questions import Question
from clusteer.sessions.words import answer_words


def ask(
    name: Name,
    n: Annotated[int, typer.Option("-n", metavar="N", help="How many questions.")] = 1,
    annotator: Annotator = "",
    strategy: StrategyName = None,
    as_json: Json = False,
) -> None:
    """Bring the groups up to date and show the questions that help most."""
    session = open_session(name)
    questions = session.ask(n, annotator, strategy)
    ids = [item.path for item in session.items]
    if as_json:
        shown = sorted({item for question in questions for item in items_shown(question)})
        texts = {str(item): text for item in shown for text in text_of(session, item).values()}
        emit({"questions": [question_json(question) for question in questions],
              "ids": {str(item): ids[item] for item in shown},
              **({"texts": texts} if session.images.has_texts else {})})  # fmt: skip
        return
    for question in questions:
        names, ids = option_names(session, question), captions(session, question)
        first, *others = question_lines(question, 0, ids, names)
        say(f"{question.id}  {first}")
        for page in range(1, question.pages):
            others += question_lines(question, page, ids, names)[1:]
        for line in others:
            say(line)
        say(f"  answer: clusteer tell {name} {question.id} CHOICE, with {choice_words(question)}", "dim")
    if not questions:
        remark("there is nothing left that is worth asking")


def tell(
    name: Name,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="Its id, as ask printed it, such as q7.")],
    choice: Annotated[
        str,
        typer.Argument(
            metavar="CHOICE",
            help="1, 2, ... or none; same or different; easy or hard; of a page all, or the numbers of those that do "
            "not belong, such as 2,5; skip or unsure.",
        ),
    ],
    annotator: Annotator = "",
    as_json: Json = False,
) -> None:
    """Record an answer; when the command returns, the answer is on disk."""
    session = open_session(name)
    answer = session.tell(question, choice, annotator)
    if as_json:
        emit({"answer": answer.id, "question": question, "choice": answer.choice, "annotator": answer.annotator})
    else:
        say(f"{answer.id}: {answer_words(answer, [item.path for item in session.items])}")


def undo(name: Name, annotator: Annotator = "", as_json: Json = False) -> None:
    """Take back the last answer; its question is open again."""
    session = open_session(name)
    answer = session.undo(annotator)
    if as_json:
        emit({"undone": answer.id, "question": answer.question.id, "choice": answer.choice})
    else:
        say(f"taken back: {answer.id}, {answer_words(answer, [item.path for item in session.items])}")


def items_shown(question: Question) -> tuple[int, ...]:
    """Return every item that a question shows."""
    return (*question.items, *(item for option in question.options for item in option))


def question_json(question: Question) -> dict[str, object]:
    """Return a question as JSON has it; items are rows."""
    return {
        "id": question.id,
        "kind": question.kind,
        "items": question.items,
        "options": question.options,
        "exhaustive": question.exhaustive,
        "why": question.why,
    }
