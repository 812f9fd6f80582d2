"""The report of an export: one page that needs nothing else, for whoever was not there when the groups were made."""

from __future__ import annotations

import base64
import io
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.core.questions import SKIP, UNSURE
from clusteer.sessions.audit import known_sureness
from clusteer.sessions.words import (
    answer_words,
    conflict_words,
    count,
    declaration_words,
    duration,
    estimate_words,
    group_number_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusteer.sessions.audit import Sureness
    from clusteer.sessions.reports import Status
    from clusteer.sessions.session import Session
    from clusteer.trust.accuracy import Estimate

SURE, DOUBTFUL = 18, 6
"""Items shown of each group: the surest, and the least sure."""
SIDE = 96
"""Longest side of a picture in the report, in pixels."""
EXCERPT = 160
"""Characters shown of a text."""
_TENTHS = 10
_BASIS = {"human": "answered", "implied": "follow from answers", "model": "judged by the model"}


@dataclass(frozen=True)
class Shown:
    """An item in the report: what it is called, its confidence, and its picture (a data address) or text."""

    id: str
    confidence: float
    picture: str
    text: str


@dataclass(frozen=True)
class Section:
    """A group in the report.

    Attributes
    ----------
    title : str
        Its name, or its number.
    size : int
        Items it holds.
    confidence : float
        Mean over its items.
    basis : str
        How many are answered, follow from answers, or are judged by the model.
    confidences : sequence of float
        Share of its items whose confidence is in each tenth of [0, 1].
    belong : Estimate or None
        How many belong there, as audit answers tell; None where fewer than four do.
    sure, doubtful : sequence of Shown
        Some of its items.
    """

    title: str
    size: int
    confidence: float
    basis: str
    confidences: Sequence[float]
    belong: Estimate | None
    sure: Sequence[Shown]
    doubtful: Sequence[Shown]


def report_page(session: Session) -> str:
    """Return the page as HTML, pictures and style included; the grouping must be up to date."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    clustering, ledger = session.clustering, session.ledger
    ids = [item.path for item in session.items]
    reasons = np.array(ledger.provenance(clustering.labels))
    present = np.setdiff1d(np.arange(len(ids)), list(ledger.gone))
    state, sections = session.status(), []
    sureness = known_sureness(session) if state.audited else None
    said = {answer.id: answer_words(answer, ids) for answer in ledger.answers}
    for group in session.groups():
        rows = present[clustering.labels[present] == group.number]
        if not len(rows):
            continue
        rows = rows[np.argsort(-clustering.confidence[rows], kind="stable")]
        bases = Counter(reasons[rows].tolist())
        sections.append(
            Section(
                title=group.name or f"group {group.number}",
                size=len(rows),
                confidence=float(clustering.confidence[rows].mean()),
                confidences=(np.histogram(clustering.confidence[rows], _TENTHS, (0, 1))[0] / len(rows)).tolist(),
                belong=None if sureness is None else sureness.groups.get(group.number),
                basis=", ".join(f"{bases[basis]:,} {words}" for basis, words in _BASIS.items() if bases[basis]),
                sure=[_shown(session, row) for row in rows[:SURE].tolist()],
                doubtful=[_shown(session, row) for row in rows[SURE:][-DOUBTFUL:].tolist()],
            )
        )
    pages = Environment(
        loader=PackageLoader("clusteer.sessions", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    pages.filters["words"] = estimate_words
    return pages.get_template("report.html").render(
        name=session.name,
        facts=_facts(session, len(present)) | _trust(state, sureness),
        sections=sections,
        clashes=[conflict_words(conflict, ids) for conflict in ledger.conflicts],
        doubtful=[f"{said[id]} (right with {right:.0%})" for id, right in state.doubtful.items()],
        overruled=[said[id] for id in state.overruled],
        unmet=len(state.unmet),
        stated=[declaration_words(row, ids) for row in ledger.standing_declarations],
    )


def _facts(session: Session, present: int) -> dict[str, str]:
    row, ledger = session.row, session.ledger
    choices = Counter(answer.choice for answer in ledger.answers)
    told = len(ledger.answers) - choices[SKIP] - choices[UNSURE]
    passed = [f"{choices[choice]:,} {words}" for choice, words in ((SKIP, "skipped"), (UNSURE, "nobody can tell"))
              if choices[choice]]  # fmt: skip
    seconds = sum(answer.seconds for answer in ledger.answers if answer.seconds is not None)
    people = sorted({answer.annotator for answer in ledger.answers} - {""})
    facts = {
        "Items": f"{present:,}" + (f" ({len(ledger.gone):,} more are gone)" if ledger.gone else ""),
        "Answers": ", ".join([f"{told:,}", *passed]) + (f"; {duration(seconds)} of a person's time" if seconds else ""),
        "Answered by": ", ".join(people),
        "Encoder": row.encoder,
        "Method": row.method,
        "Source": row.images,
    }
    return {name: fact for name, fact in facts.items() if fact}


def _trust(state: Status, sureness: Sureness | None) -> dict[str, str]:
    facts = {"Groups": group_number_words(state.group_number) if state.group_number.found else ""}
    if state.agreement:
        facts["Others agree"] = "; ".join(
            f"with {who or 'nameless'} in {own.compared - len(own.disagreed):,} of {own.compared:,}"
            for who, own in state.agreement.items()
        )
    if sureness is not None:
        told = count(sureness.accuracy.answers, "answer")
        facts["In the right group"] = f"{estimate_words(sureness.accuracy)} of the items, as {told} tell"
    return {name: fact for name, fact in facts.items() if fact}


def _shown(session: Session, row: int) -> Shown:
    picture = text = ""
    images = session.images
    try:
        if images.has_texts:
            text = images.text(row)
        elif images.has_images:
            picture = _data_address(images.image(row))
    except (NotFoundError, InvalidInputError):
        text = "cannot be read any more"
    if len(text) > EXCERPT:
        text = f"{text[:EXCERPT]}..."
    return Shown(session.items[row].path, float(session.clustering.confidence[row]), picture, text)


def _data_address(picture: Image.Image) -> str:
    picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    picture.save(file, format="WEBP", quality=80)
    return f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}"
