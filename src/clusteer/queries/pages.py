"""Pages: confirm many items of one group at a glance, and ask singly where a page would be mostly wrong."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clusteer.constraints import Closure, ConstraintSet
from clusteer.core import Clustering, History, Question, child_seed
from clusteer.core.questions import SHEET, SKIP, UNSURE, outside
from clusteer.queries.belief import group_belief
from clusteer.queries.costs import MEMBER_SECONDS, page_seconds
from clusteer.queries.hearts import SHORTLIST, worthy
from clusteer.queries.margin import COLD, REGIONS, Margin, wavering
from clusteer.queries.member import candidates, member_question, open_options

ESTABLISHED = 4
"""Members from which on a group has pages: below, what the model takes for the group is mostly guessed."""
SURE = 0.6
"""The gap from which on an item may be on a page; below, most pages would be wrong."""
LIKELY = 0.5
"""The belief from which on an item may be on a page, and that a clicked-out item needs to be worth another question."""
CLEAN, GRANTED = 0.8, 10.0
"""Share of a page that belongs before any page tells, and how many items that counts for."""
HALF_LIFE = 20
"""Answers after which what a page told of its group's cleanliness counts half."""


@dataclass(frozen=True, eq=False)
class _Sheet:
    """A page that could be shown: its group, what it would settle per second, and the worth (n,) it is drawn by."""

    group: int
    rate: float
    clean: float
    worth: NDArray[np.float32]


class Pages:
    """Open groups as ``Margin`` does, then ask for a page or for a single item, whichever settles more per second.

    A page shows items that the model gives to one group and is fairly but not entirely sure of, from the hearts of as
    many regions as it has places, so that each stands for others. What it settles is the doubt of these regions: all of
    it for an item that belongs, 1 / (k - 1) of it for one that does not, since that leaves k - 1 groups; such an item
    comes back as a single question or, where another group has become likely, on that group's page. How many belong is
    learned from the pages before, because early on the model is too sure of itself. Source of the idea: cVIL (2024),
    where people confirm a cluster's page and click out the wrong ones.
    """

    def propose(
        self, clustering: Clustering, constraints: ConstraintSet, history: History, n: int, seed: int
    ) -> list[Question]:
        """Return at most ``n`` questions, best first; O(items x groups), then some hundred rows a question."""
        options, closure = open_options(clustering, constraints, history.gone), constraints.closure()
        answered = len(closure.items)
        if not options or answered < COLD:
            return Margin().propose(clustering, constraints, history, n, seed)
        allowed = np.zeros(len(clustering.labels), bool)
        allowed[candidates(clustering, constraints, history)] = True
        groups, belief = group_belief(clustering, constraints, options)
        rejected = closure.items[allowed[closure.items]]
        worth = _worth(clustering, belief, rejected, allowed)
        points = clustering.index.embedding
        found = worthy(points, worth, max(n, REGIONS), child_seed(seed, "margin", answered))
        # A single item stands for one region of ten, say, one on a page for one of 24: both are counted in the latter.
        singles = [(item, weight * len(found) / SHEET / MEMBER_SECONDS) for item, weight in found]
        sheets = list(_sheets(clustering, closure, history, groups, belief, rejected, worth))
        sheets.sort(key=lambda sheet: -sheet.rate)
        questions: list[Question] = []
        shown: set[int] = set()
        while len(questions) < n and (singles or sheets):
            if sheets and (not singles or sheets[0].rate > singles[0][1]):
                sheet = sheets.pop(0)
                hearts = worthy(points, sheet.worth, SHEET, child_seed(seed, "page", answered, sheet.group))
                items = tuple(item for item, _ in hearts if item not in shown)
                if items:
                    questions.append(_page(items, options[sheet.group], sheet, clustering))
                shown.update(items)
            else:
                item, rate = singles.pop(0)
                if item not in shown:
                    why = wavering(clustering, item)
                    questions.append(member_question(item, options, constraints, clustering, rate, why))
                shown.add(item)
        return questions


def _worth(
    clustering: Clustering, belief: NDArray[np.float32], rejected: NDArray[np.int64], allowed: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Return the doubt about each item (n,), -1 where it may not be asked about.

    The gaps do not know of items clicked out. These are worth the probability that this was right, or nothing where it
    was more likely a slip: a question that leaves their group out would then open a group of its own.
    """
    worth: NDArray[np.float32] = 1 - clustering.margin()
    elsewhere = np.maximum(belief[rejected], 0).sum(axis=1)
    worth[rejected] = np.where(elsewhere >= LIKELY, elsewhere, 0)
    worth[~allowed] = -1
    return worth


def _sheets(
    clustering: Clustering,
    closure: Closure,
    history: History,
    groups: list[int],
    belief: NDArray[np.float32],
    rejected: NDArray[np.int64],
    worth: NDArray[np.float32],
) -> Iterator[_Sheet]:
    """Yield the page of each group that has one."""
    sure = clustering.margin() >= SURE
    sure[rejected] = worth[rejected] > 0
    likely, best = belief.max(axis=1) >= LIKELY, belief.argmax(axis=1)
    clean = _clean_shares(history, closure)
    told = 1 / max(1.0, _groups_in_effect(groups, closure) - 1)
    for column, group in enumerate(groups):
        fits = (worth >= 0) & sure & likely & (best == column)
        if len(closure.members[group]) < ESTABLISHED or not fits.any():
            continue
        on_page = min(SHEET, int(fits.sum()))
        drawn = np.where(fits, worth, np.float32(-1))
        share = clean.get(group, clean[None])
        out = (1 - share) * on_page
        settled = float(np.sort(drawn[fits])[-SHORTLIST:].sum()) * (share + (1 - share) * told)
        seconds = page_seconds(on_page, out) + out * (1 - told) * MEMBER_SECONDS
        yield _Sheet(group, settled / seconds, share, drawn)


def _groups_in_effect(groups: list[int], closure: Closure) -> float:
    """Return how many groups there are, each counted by its members: one opened by a slip hardly counts."""
    sizes = np.array([len(closure.members[group]) for group in groups])
    shares = sizes / max(1, sizes.sum())
    return float(np.exp(-(shares * np.log(shares)).sum()))


def _clean_shares(history: History, closure: Closure) -> dict[int | None, float]:
    """Return what share of a page is expected to belong, by group; under None for groups without a page so far."""
    seen: dict[int | None, tuple[float, float]] = {None: (0.0, 0.0)}
    for age, answer in enumerate(reversed(history.answers)):
        question = answer.question
        if question.kind == "page" and answer.choice not in (SKIP, UNSURE):
            weight = 0.5 ** (age / HALF_LIFE)
            items, out = len(question.items), len(outside(question, answer.choice))
            for group in (None, closure.component_of(question.options[0][0])):
                shown, clean = seen.get(group, (0.0, 0.0))
                seen[group] = shown + weight * items, clean + weight * (items - out)
    shown, clean = seen.pop(None)
    overall = (GRANTED * CLEAN + clean) / (GRANTED + shown)
    shares = {group: (GRANTED * overall + clean) / (GRANTED + shown) for group, (shown, clean) in seen.items()}
    return {None: overall, **shares}


def _page(items: tuple[int, ...], exemplars: tuple[int, ...], sheet: _Sheet, clustering: Clustering) -> Question:
    return Question(
        id="",
        kind="page",
        items=items,
        options=(exemplars,),
        round=clustering.round,
        score=sheet.rate,
        why=f"The model puts these in one group; about {sheet.clean:.0%} should belong, and each stands for others.",
    )
