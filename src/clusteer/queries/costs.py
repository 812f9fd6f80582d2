"""What a question costs a person, in seconds: the table behind every ``human_seconds``.

The first figure is measured by others: one same/different answer takes 7.8 s, of which 5 s are reading, 1 s is thought
and 1 s the click and the page. The rest is reasoned from its parts, until ledgers of real people say better.
"""

from clusteer.core.questions import NONE, PAGE, SKIP, UNSURE, Question

SAME_SECONDS = 7.8
MEMBER_SECONDS = 7.8
"""One item beside up to nine groups: as long as one pair, since the groups stay in place and become familiar."""
PAGE_SECONDS = 3.0
"""Each further page of groups that had to be looked at."""
SKIP_SECONDS = 4.0
"""A skip or an "unsure": looked at, not decided."""


def human_seconds(question: Question, choice: str) -> float:
    """Return the seconds a person is reckoned to spend on ``choice``, pages turned included."""
    if choice in (SKIP, UNSURE):
        return SKIP_SECONDS
    if question.kind == "same":
        return SAME_SECONDS
    last = question.pages - 1 if choice == NONE else (int(choice) - 1) // PAGE
    return MEMBER_SECONDS + PAGE_SECONDS * last
