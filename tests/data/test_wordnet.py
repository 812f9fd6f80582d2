"""WordNet's format, read from a few lines in it, and words chosen from them."""

from pathlib import Path

import pytest

from clusteer.core.errors import InvalidInputError, NotFoundError, UnavailableError
from clusteer.data.reference_words import cleaned, given_words, random_words, wordnet_words
from clusteer.data.wordnet import WordNet

# offset: (file, words with their numbers, pointers, gloss); "~" leads to kinds, "@" to what it is a kind of.
NET = {
    "color": ("07", ["color 0", "colour 0"], ["~ chromatic", "~ shade"], 'what light does; "a fine color"'),
    "hue2": ("10", ["color 1"], ["~ flag"], "a flag"),
    "chromatic": ("07", ["chromatic_color 0"], ["@ color", "~ red", "~ blue", "~ Prussian"], "not gray"),
    "shade": ("07", ["shade 0", "tint 0"], ["@ color"], "a little of a color"),
    "red": ("07", ["red 0", "redness 0"], ["@ chromatic"], "the color of blood, or of a ripe fruit"),
    "blue": ("07", ["blue 0"], ["@ chromatic"], "the color of the sky"),
    "Prussian": ("07", ["Prussian_blue 0"], ["@ chromatic"], "a dark one"),
    "flag": ("06", ["banner 0"], ["@ hue2"], "cloth"),
    "apple": ("13", ["apple 0"], ["@ fruit"], "a fruit"),
    "pear": ("13", ["pear 0"], ["@ fruit"], "another"),
    "fruit": ("13", ["fruit 0"], ["~ apple", "~ pear"], "what ripens"),
}
USES = {"color%1:07:00::": 9, "color%1:10:01::": 2, "red%1:07:00::": 5, "blue%1:07:00::": 3, "pear%1:13:00::": 1}


def write(folder: Path) -> Path:
    """Write the net as WordNet's files have it; offsets are as wide as there, so lines can be laid out first."""

    def line(name: str, at: dict[str, int]) -> str:
        file, words, pointers, gloss = NET[name]
        told = " ".join([f"{len(words):02x}", *words, f"{len(pointers):03d}"])
        lead = " ".join(f"{kind} {at[to]:08d} n 0000" for kind, to in map(str.split, pointers))
        return f"{at[name]:08d} {file} n {told} {lead} | {gloss}  \n"

    head = "  1 This is no entry.  \n"
    places, end = dict.fromkeys(NET, 0), len(head)
    for name in NET:
        places[name] = end
        end += len(line(name, places))
    (folder / "data.noun").write_text(head + "".join(line(name, places) for name in NET))
    lemmas: dict[str, list[int]] = {}
    for name, (_, words, _, _) in NET.items():
        for word in words:
            lemmas.setdefault(word.split()[0].lower(), []).append(places[name])
    index = "".join(
        f"{lemma} n {len(offsets)} 2 @ ~ {len(offsets)} 1 {' '.join(f'{offset:08d}' for offset in offsets)}  \n"
        for lemma, offsets in sorted(lemmas.items())
    )
    (folder / "index.noun").write_text(head + index)
    (folder / "cntlist.rev").write_text("".join(f"{key} 1 {uses}\n" for key, uses in USES.items()))
    return folder


@pytest.fixture
def wordnet(tmp_path: Path) -> WordNet:
    return WordNet(write(tmp_path))


def test_senses_come_with_the_most_used_first(wordnet: WordNet) -> None:
    first, second = wordnet.senses("Color")
    assert first.words == ("color", "colour")
    assert first.uses == (9, 0)
    assert first.gloss.startswith("what light does")
    assert second.words == ("color",)
    assert wordnet.senses("colour")[0] == first
    assert wordnet.senses("nothing") == []


def test_kinds_are_told_with_their_distance_and_each_once(wordnet: WordNet) -> None:
    kinds = [(depth, kind.words[0]) for depth, kind in wordnet.kinds(wordnet.senses("color")[0])]
    assert kinds == [(1, "chromatic color"), (1, "shade"), (2, "red"), (2, "blue"), (2, "Prussian blue")]


def test_words_that_are_used_come_first_and_names_and_phrases_last(wordnet: WordNet) -> None:
    found = wordnet_words("colour", wordnet=wordnet)
    assert found.words == ("red", "blue", "shade", "chromatic color")
    assert found.source == "WordNet, kinds of color (what light does)"
    assert wordnet_words("colour", count=2, wordnet=wordnet).words == ("red", "blue")
    # Of a subject's own colours the meaning says so.
    assert wordnet_words("colour", "sky", wordnet=wordnet).words[0] == "blue"


def test_who_asks_for_kinds_is_told_those_of_the_subject(wordnet: WordNet) -> None:
    assert wordnet_words("species", "fruit", wordnet=wordnet).words == ("pear", "apple")


@pytest.mark.parametrize("concept", ["nothing", "apple", "species"])
def test_what_has_no_kinds_is_said(wordnet: WordNet, concept: str) -> None:
    with pytest.raises(NotFoundError, match="give the words yourself"):
        wordnet_words(concept, wordnet=wordnet)


def test_counts_may_be_missing_and_the_files_may_not(tmp_path: Path) -> None:
    (write(tmp_path) / "cntlist.rev").unlink()
    assert set(wordnet_words("color", wordnet=WordNet(tmp_path)).words) == {"shade", "red", "blue", "chromatic color"}
    (tmp_path / "data.noun").unlink()
    with pytest.raises(UnavailableError, match=r"no data\.noun of WordNet; install Debian's package wordnet-base"):
        WordNet(tmp_path)


def test_nouns_at_random_depend_on_the_seed_alone(wordnet: WordNet) -> None:
    one, two = (random_words(4, seed, wordnet).words for seed in (0, 0))
    assert one == two
    assert len(set(one)) == 4
    assert set(one) <= set(wordnet.nouns)
    assert any(random_words(4, seed, wordnet).words != one for seed in range(1, 9))


@pytest.mark.parametrize("count", [1, 0])
def test_one_word_is_no_criterion(wordnet: WordNet, count: int) -> None:
    with pytest.raises(InvalidInputError, match="ask for at least 2"):
        wordnet_words("color", count=count, wordnet=wordnet)
    with pytest.raises(InvalidInputError, match="ask for at least 2"):
        random_words(count, 0, wordnet)


def test_a_list_with_commas_is_read_as_a_person_means_it() -> None:
    assert given_words(" red, Green ,light  blue,red,,RED") == ("red", "Green", "light blue")
    assert cleaned(["a", " A ", ""]) == ("a",)
    with pytest.raises(InvalidInputError, match=r"holds 1 word; give two or more"):
        given_words("red")
