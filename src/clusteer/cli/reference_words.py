"""The command words: reference words for a criterion, to look at and edit before they are used."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from clusteer.cli.options import Json
from clusteer.cli.output import emit, remark, say
from clusteer.core.errors import InvalidInputError


def words(
    concept: Annotated[str, typer.Argument(metavar="CONCEPT", help="What the criterion is about, such as colour.")],
    subject: Annotated[str, typer.Option("--for", metavar="SUBJECT", help="What is grouped, such as fruit.")] = "",
    source: Annotated[
        Literal["wordnet", "endpoint", "random"],
        typer.Option("--from", help="WordNet on this machine; a language model at an address; nouns at random."),
    ] = "wordnet",
    count: Annotated[int, typer.Option("--count", metavar="N", help="Most words.")] = 12,
    wordnet: Annotated[
        Path | None, typer.Option("--wordnet", metavar="DIR", help="Folder with index.noun and data.noun.")
    ] = None,
    address: Annotated[
        str | None, typer.Option("--endpoint", metavar="URL", help="Base address of an interface like OpenAI's.")
    ] = None,
    model: Annotated[str, typer.Option("--model", metavar="NAME", help="The model at that address.")] = "",
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Of nouns at random.")] = 0,
    as_json: Json = False,
) -> None:
    """Find reference words for a criterion, ready to be edited and given to new --words."""
    from clusteer.data.reference_words import random_words, wordnet_words
    from clusteer.data.word_endpoint import endpoint_words
    from clusteer.data.wordnet import WordNet

    if source == "endpoint":
        if not address or not model:
            raise InvalidInputError("--from endpoint needs --endpoint URL and --model NAME")
        found = endpoint_words(concept, subject, address, model, count)
    else:
        known = WordNet(wordnet) if wordnet else WordNet()
        found = (
            random_words(count, seed, known) if source == "random" else wordnet_words(concept, subject, count, known)
        )
    if as_json:
        emit(found)
        return
    say(",".join(found.words))
    remark(found.source)
