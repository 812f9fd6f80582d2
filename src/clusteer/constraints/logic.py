"""What rules and triplets add to links: forward chaining to a fixpoint.

Rules are Horn clauses over "together" and "apart" (DCC, section 3.4). DCC checks a rule's premises on the current soft
assignment; here they must follow from links, so that what is deduced holds in every grouping that does what was
stated. A triplet is the rule "if near and far are apart, anchor and far are".
"""

from collections.abc import Iterable

import numpy as np

from clusteer.constraints.closure import Closure
from clusteer.constraints.kinds import CannotLink, MustLink, Pair, Relation, Rule, Triplet
from clusteer.constraints.knowledge import Knowledge


def as_rule(triplet: Triplet) -> Rule:
    """Return what a triplet says of groups, with its weight and source."""
    return Rule(
        premises=(Relation(triplet.near, triplet.far, together=False),),
        conclusion=Relation(triplet.anchor, triplet.far, together=False),
        weight=triplet.weight,
        source=triplet.source,
    )


def as_link(rule: Rule) -> MustLink | CannotLink:
    """Return the link a rule concludes, with its weight and source."""
    first, second = rule.conclusion.pair
    link = MustLink if rule.conclusion.together else CannotLink
    return link(first=first, second=second, weight=rule.weight, source=rule.source)


def conclusions(rules: Iterable[Rule]) -> tuple[list[Pair], list[Pair]]:
    """Return the pairs that rules conclude: those together and those apart."""
    concluded = [rule.conclusion for rule in rules]
    return [c.pair for c in concluded if c.together], [c.pair for c in concluded if not c.together]


def deduce(rules: Iterable[Rule], closure: Closure, stated_in_vain: set[frozenset[int]]) -> list[MustLink | CannotLink]:
    """Return the links that rules add to what is known, in the order of ``rules`` within each step of a chain.

    Whether a premise holds is read from all links and all earlier steps, so neither the order of the links nor that of
    the rules matters. Near linear in the rules and in the links between components they name.

    Parameters
    ----------
    rules : iterable of Rule
        Those of triplets included.
    closure : Closure
        What the links imply.
    stated_in_vain : set of pairs
        The cannot-links inside a component, which are stated though they keep nothing apart.
    """
    rules = tuple(rules)
    place = {id(rule): number for number, rule in enumerate(rules)}
    knowledge = _known_of({item for rule in rules for item in rule.named}, closure)
    for rule in rules:
        knowledge.watch(rule)
    links: list[MustLink | CannotLink] = []
    idle: list[Rule] = []
    while followed := sorted(knowledge.follow(), key=lambda rule: place[id(rule)]):
        known = [knowledge.same(*rule.conclusion.pair) is rule.conclusion.together for rule in followed]
        idle += (rule for rule, already in zip(followed, known, strict=True) if already)
        adding = [rule for rule, already in zip(followed, known, strict=True) if not already]
        knowledge.add(*conclusions(adding))
        links += map(as_link, adding)
    # Two items known to be apart may have been joined since; the rule that says apart is then part of a contradiction.
    links += (as_link(rule) for rule in idle if knowledge.same(*rule.conclusion.pair) is not rule.conclusion.together)
    return [link for link in links if isinstance(link, MustLink) or frozenset(link.pair) not in stated_in_vain]


def _known_of(items: set[int], closure: Closure) -> Knowledge:
    """Return what a closure knows of some items, its other items left out."""
    knowledge = Knowledge()
    touched = np.intersect1d(np.array(sorted(items), np.int64), closure.items)
    components = closure.lift(touched)
    leader = dict(zip(components[::-1].tolist(), touched[::-1].tolist(), strict=True))
    apart = closure.apart_pairs
    apart = apart[np.isin(apart, components).all(axis=1)]
    knowledge.add(
        ((item, leader[component]) for item, component in zip(touched.tolist(), components.tolist(), strict=True)),
        ((leader[one], leader[other]) for one, other in apart.tolist()),
    )
    return knowledge
