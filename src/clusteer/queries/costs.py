"""What a question costs a person, in seconds: the table behind every ``human_seconds``.

The first figure is measured by others: one same/different answer takes 7.8 s, of which 5 s are reading, 1 s is thought
and 1 s the click and the page. The rest is reasoned from its parts, until ledgers of real people say better. Where the
parts leave room the dearer figure is taken, so that no kind of question looks good by its price alone.
"""

from clusteer.core.questions import NONE, PAGE, SKIP, UNSURE, Question, outside

SAME_SECONDS = 7.8
MEMBER_SECONDS = 7.8
"""One item beside up to nine groups: as long as one pair, since the groups stay in place and become familiar."""
PAGE_SECONDS = 3.0
"""Each further page of groups that had to be looked at."""
NEARER_SECONDS = SAME_SECONDS + 2.5
"""Three items instead of the two of a pair: half as much reading again."""
DIFFICULTY_SECONDS = SAME_SECONDS - 2.5
"""One item instead of two: half the reading of a pair."""
GROUP_SECONDS = 7.8
"""A page of items before the first of them: its group has to be read, as one item beside it would be, then decided and
confirmed. The group changes from page to page, so nothing is taken off for habit."""
THUMBNAIL_SECONDS = 0.5
"""Each item on the page: one glance and its share of the way across the page. People find a stranger among pictures
faster than that; nothing measured on pages like these says how much faster."""
MARK_SECONDS = 1.0
"""Each item clicked out: the click, as in a pair."""
SKIP_SECONDS = 4.0
"""A skip or an "unsure": looked at, not decided."""


def human_seconds(question: Question, choice: str) -> float:
    """Return the seconds a person is reckoned to spend on ``choice``, pages turned included."""
    if choice in (SKIP, UNSURE):
        return SKIP_SECONDS
    match question.kind:
        case "same":
            return SAME_SECONDS
        case "nearer":
            return NEARER_SECONDS
        case "difficulty":
            return DIFFICULTY_SECONDS
        case "page":
            return page_seconds(len(question.items), len(outside(question, choice)))
    last = question.pages - 1 if choice == NONE else (int(choice) - 1) // PAGE
    return MEMBER_SECONDS + PAGE_SECONDS * last


def page_seconds(items: int, left_out: float) -> float:
    """Return what a page of so many items costs of which so many (or, where expected, a fraction) do not belong."""
    return GROUP_SECONDS + THUMBNAIL_SECONDS * items + MARK_SECONDS * left_out
