"""Reference words from a language model behind an address that a person names, by the interface of OpenAI."""

import json
import os
import re
import urllib.error
import urllib.request

from clusteer.core.errors import InvalidInputError, UnavailableError
from clusteer.data.reference_words import COUNT, ReferenceWords, cleaned

KEY = "CLUSTEER_API_KEY"
"""The environment variable with the key; without it none is sent."""
_SECONDS = 60


def endpoint_words(
    concept: str, subject: str, address: str, model: str, count: int = COUNT, seconds: float = _SECONDS
) -> ReferenceWords:
    """Ask a language model once for the common values of a concept.

    Parameters
    ----------
    concept, subject : str
        What the criterion is about, "colour", and what is grouped, "fruit".
    address : str
        Base address of an interface like OpenAI's, such as ``http://localhost:11434/v1``.
    model : str
        The model's name there.
    count : int
        Words asked for.
    seconds : float
        How long to wait.

    Raises
    ------
    InvalidInputError
        If the address is none.
    UnavailableError
        If nobody answers, or not with two words or more.
    """
    if not address.startswith(("http://", "https://")):
        raise InvalidInputError(f"{address!r} is no address; give one such as http://localhost:11434/v1")
    of = f"{subject} {concept}" if subject else concept
    asked = f"List {count} common values of: {of}. Answer with a JSON list of single lower-case words and nothing else."
    body = {"model": model, "temperature": 0, "messages": [{"role": "user", "content": asked}]}
    headers = {"Content-Type": "application/json"}
    if key := os.environ.get(KEY):
        headers["Authorization"] = f"Bearer {key}"
    request = urllib.request.Request(
        f"{address.rstrip('/')}/chat/completions", json.dumps(body).encode(), headers, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=seconds) as response:
            said = json.loads(response.read())["choices"][0]["message"]["content"]
    except urllib.error.HTTPError as fault:
        key_words = f"; is the key in {KEY} right?" if fault.code in (401, 403) else ""
        raise UnavailableError(f"{address} answered with status {fault.code}{key_words}") from fault
    except (OSError, urllib.error.URLError) as fault:
        raise UnavailableError(f"{address} does not answer ({fault}); check the address, or give the words") from fault
    except (ValueError, LookupError, TypeError) as fault:
        raise UnavailableError(
            f"{address} answered, but not as the interface of OpenAI does; check the address"
        ) from fault
    words = cleaned(_listed(str(said)))[:count]
    if len(words) < 2:
        raise UnavailableError(f"{model} named no words but said {str(said)[:100]!r}; ask again, or give the words")
    return ReferenceWords(words, f"{model} at {address}")


def _listed(said: str) -> list[str]:
    """Return the words of an answer that should be a JSON list, and may be a list with numbers, commas or lines."""
    if found := re.search(r"\[.*\]", said, re.DOTALL):
        try:
            return [str(word) for word in json.loads(found[0])]
        except ValueError:
            pass
    return [re.sub(r"^[\s\d.)*\-\"']+|[\s.\"']+$", "", part) for part in re.split(r"[,\n]", said)]
