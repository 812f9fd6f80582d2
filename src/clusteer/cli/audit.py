"""The command audit: how good the groups are, and questions that tell it better."""

from dataclasses import asdict
from typing import Annotated

import typer

from clusteer.cli.answer import Dialogue
from clusteer.cli.keys import key_reader
from clusteer.cli.opening import LAST, START, open_session
from clusteer.cli.options import Annotator, Json, Name
from clusteer.cli.output import emit, remark, say, tabulate
from clusteer.cli.words import group_words
from clusteer.sessions.words import estimate_words

_LEAST = 5
"""Doubtful answers named."""


def audit(
    name: Name,
    questions: Annotated[
        int, typer.Option(metavar="N", min=0, help="Ask so many questions about items drawn at random first.")
    ] = 0,
    annotator: Annotator = "",
    as_json: Json = False,
) -> None:
    """Say how many items are in the right group, with an interval, from answers about items drawn at random.

    Such questions are asked here, and among the others in sessions with the strategy margin-audited. Their answers
    guide as any other.
    """
    from clusteer.sessions.audit import audit as find_sureness
    from clusteer.sessions.no_harm import compare_with_earlier

    session = open_session(name)
    if questions:
        strip = session.store.home / "questions" / f"{name}.png" if session.images.has_images else None
        with key_reader() as read:
            Dialogue(session, annotator, "audit", read, strip, open_picture=False).run(questions)
    found, compared = find_sureness(session), compare_with_earlier(session)
    if as_json:
        emit({**asdict(found), "compared": None if compared is None else asdict(compared)})
        return

    told = found.accuracy.answers
    say(f"in the right group are {estimate_words(found.accuracy)} of the items, as {told} answers tell")
    if found.precision is not None and found.recall is not None:
        say(
            f"of the pairs in one group {estimate_words(found.precision)} belong together; of the pairs that belong "
            f"together {estimate_words(found.recall)} are"
        )
    if compared is not None:
        last = "" if compared.last is None else f", those of round {compared.round} with {compared.last:.0%}"
        say(f"of {compared.answers} answers held out the groups agree with {compared.guided:.0%}, those before any "
            f"answer with {compared.start:.0%}{last}")  # fmt: skip
        for worse, since, those, method in (
            (compared.harmed, "the answers", "before any answer", START),
            (compared.worsened, f"the answers since round {compared.round}", f"of round {compared.round}", LAST),
        ):
            if worse:
                least = ", ".join(list(session.status().doubtful)[:_LEAST]) or "none stands out"
                say(
                    f"{since} seem to have made the groups worse; least believed: {least}. To use those {those}: "
                    f"clusteer export {name} --to DIR --method {method}; also show, why and predict",
                    "yellow",
                )
    rows: list[tuple[object, ...]] = []
    for group in session.groups():
        part = found.groups.get(group.number)
        belong, by = ("too few answers to tell", "") if part is None else (estimate_words(part), part.answers)
        rows.append((group_words(group), group.size, belong, by))
    tabulate(("group", "items", "belong there", "answers"), rows)
    remark("intervals are of 95 %; below some thirty answers they lean on how sure the model is; more narrow them: "
           f"clusteer audit {name} --questions 20")  # fmt: skip
