"""Reference words for a criterion: a suggestion, to be edited before it is used."""

from typing import Annotated

from fastapi import APIRouter, Query

from clusteer.studio.shapes import Words

router = APIRouter(tags=["words"])


@router.get("/words")
def words(
    criterion: Annotated[str, Query(min_length=1, max_length=200, examples=["by colour"])],
    subject: Annotated[str, Query(max_length=100, examples=["fruit"])] = "",
) -> Words:
    """Suggest words from WordNet on this machine; nothing is asked of any other."""
    from clusteer.data.reference_words import wordnet_words
    from clusteer.sessions.criterion import concept

    found = wordnet_words(concept(criterion), subject)
    return Words(words=list(found.words), source=found.source)
