import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.cluster.hierarchy import DisjointSet

from clusteer.constraints import Closure
from tests.constraints.naive import N, Pairs, apart, array, close, labellings, pairs, satisfies, together


@given(pairs, pairs)
def test_agrees_with_warshall(must: Pairs, cannot: Pairs) -> None:
    closure = close(must, cannot)
    joined, kept = together(must), apart(must, cannot)
    touched = sorted({item for pair in (*must, *cannot) for item in pair})

    assert closure.items.tolist() == touched
    for i in range(N):
        assert (closure.component_of(i) is not None) == (i in touched)
        for j in range(N):
            known = True if joined[i, j] else False if kept[i, j] else None
            assert closure.same(i, j) is (known if {i, j} <= set(touched) else None)
    assert closure.contradicted.tolist() == [bool(joined[i, j]) for i, j in cannot]


@given(pairs, pairs)
def test_many_pairs_are_known_as_each_by_itself(must: Pairs, cannot: Pairs) -> None:
    closure = close(must, cannot)
    asked = np.array([(i, j) for i in range(N) for j in range(N) if i != j])
    known = [closure.same(i, j) for i, j in asked.tolist()]
    joined, kept = closure.known(asked)
    assert joined.tolist() == [one is True for one in known]
    assert kept.tolist() == [one is False for one in known]


@given(pairs, pairs)
def test_components_are_numbered_by_first_appearance_and_list_their_members(must: Pairs, cannot: Pairs) -> None:
    closure = close(must, cannot)
    assert list(dict.fromkeys(closure.component.tolist())) == list(range(closure.n_components))
    assert len(closure.members) == closure.n_components
    for number, members in enumerate(closure.members):
        assert members.tolist() == [i for i in range(N) if closure.component_of(i) == number]
    items = closure.items
    assert closure.lift(items[::-1]).tolist() == closure.component[::-1].tolist()


@given(pairs, pairs)
def test_pairs_kept_apart_are_listed_once_and_asked_either_way(must: Pairs, cannot: Pairs) -> None:
    closure = close(must, cannot)
    listed = [tuple(pair) for pair in closure.apart_pairs.tolist()]
    assert len(set(listed)) == len(listed)
    assert closure.apart_pairs.shape == (len(listed), 2)
    for a in range(closure.n_components):
        assert not closure.apart(a, a)
        for b in range(a + 1, closure.n_components):
            assert closure.apart(a, b) == closure.apart(b, a) == ((a, b) in listed)


@given(pairs, pairs)
def test_what_is_implied_holds_in_every_labelling_that_satisfies_the_links(must: Pairs, cannot: Pairs) -> None:
    closure = close(must, cannot)
    possible = [labels for labels in labellings() if satisfies(labels, must, cannot)]
    assert bool(possible) == (not closure.contradicted.any())
    for i in range(N):
        for j in range(N):
            known = closure.same(i, j)
            if known is not None:
                assert all((labels[i] == labels[j]) is known for labels in possible)


@given(pairs, pairs)
def test_adding_what_is_implied_changes_nothing(must: Pairs, cannot: Pairs) -> None:
    closure = close(must, cannot)
    implied_must = [(i, j) for i in range(N) for j in range(N) if i != j and closure.same(i, j) is True]
    implied_cannot = [(i, j) for i in range(N) for j in range(N) if closure.same(i, j) is False]
    again = close(must + implied_must, cannot + implied_cannot)
    assert again.items.tolist() == closure.items.tolist()
    assert again.component.tolist() == closure.component.tolist()
    assert again.apart_pairs.tolist() == closure.apart_pairs.tolist()


@given(pairs, pairs, st.randoms(use_true_random=False), st.integers(1, 3))
def test_order_direction_and_repetition_of_links_do_not_matter(
    must: Pairs, cannot: Pairs, random: np.random.Generator, times: int
) -> None:
    def shuffled(links: Pairs) -> Pairs:
        turned = [(j, i) if random.random() < 0.5 else (i, j) for i, j in links * times]
        random.shuffle(turned)
        return turned

    closure, other = close(must, cannot), close(shuffled(must), shuffled(cannot))
    assert other.items.tolist() == closure.items.tolist()
    assert other.component.tolist() == closure.component.tolist()
    assert other.apart_pairs.tolist() == closure.apart_pairs.tolist()


@given(pairs, pairs, st.permutations(range(N)), st.integers(0, N))
def test_open_groups_are_a_maximal_greedy_clique(
    must: Pairs, cannot: Pairs, order: list[int], given_items: int
) -> None:
    closure = close(must, cannot)
    order = order[:given_items]
    groups = closure.open_groups(np.array(order, np.int64))

    naive: list[int] = []
    for item in order:
        component = closure.component_of(item)
        if component is not None and all(closure.apart(component, group) for group in naive):
            naive.append(component)
    assert groups == naive
    assert all(closure.apart(a, b) for a in groups for b in groups if a != b)
    for item in order:
        component = closure.component_of(item)
        assert component is None or component in groups or not all(closure.apart(component, g) for g in groups)


def test_no_links_make_no_components() -> None:
    closure = close([], [])
    assert (closure.n_components, closure.members, closure.items.tolist()) == (0, (), [])
    assert closure.apart_pairs.shape == (0, 2)
    assert closure.component_of(0) is None
    assert closure.same(0, 1) is None
    assert closure.open_groups(np.arange(3)) == []
    assert closure.open_groups(np.zeros(0, np.int64)) == []


def test_a_pair_stated_256_times_still_joins() -> None:
    assert close([(0, 1)] * 256, []).n_components == 1


def test_50_000_links_agree_with_a_disjoint_set() -> None:
    rng = np.random.default_rng(0)
    links = rng.integers(0, 37_500, (50_000, 2))
    links = links[links[:, 0] != links[:, 1]]
    must, cannot = links[:22_500], links[22_500:]
    naive = DisjointSet(range(37_500))
    for i, j in must.tolist():
        naive.merge(i, j)

    closure = close(must.tolist(), cannot.tolist())

    untouched = 37_500 - len(np.unique(links))
    assert closure.n_components == naive.n_subsets - untouched
    assert sum(map(len, closure.members)) == len(closure.items)
    assert max(map(len, closure.members)) == max(map(len, naive.subsets()))
    inside = np.array([naive.connected(i, j) for i, j in cannot.tolist()])
    assert (closure.contradicted == inside).all()
    expected = {frozenset((naive[i], naive[j])) for i, j in cannot[~inside].tolist()}
    assert len(closure.apart_pairs) == len(expected)


def test_a_million_links_along_one_chain_make_one_component() -> None:
    chain = np.stack([np.arange(999_999), np.arange(1, 1_000_000)], axis=1)
    shuffled = np.random.default_rng(0).permutation(chain)
    closure = Closure(shuffled, array([(0, 999_999)]))
    assert closure.n_components == 1
    assert closure.contradicted.tolist() == [True]
    assert len(closure.members[0]) == 1_000_000
