"""The commands list and status."""

from dataclasses import asdict

from clusteer.cli.opening import open_session
from clusteer.cli.options import Json, Name
from clusteer.cli.output import emit, remark, say, tabulate
from clusteer.cli.words import group_words, remedy_words
from clusteer.sessions.words import answer_words, count, duration, group_number_words

_SHOWN = 5


def list_sessions(as_json: Json = False) -> None:
    """List every session, oldest first."""
    from clusteer.sessions.ledger import Ledger
    from clusteer.sessions.store import Store

    store = Store()
    rows = [
        {
            "name": row.name,
            "images": row.images,
            "items": store.n_items(row.id),
            "answers": len(Ledger(0, tuple(store.questions(row.id)), tuple(store.answers(row.id))).answers),
            "encoder": row.encoder,
            "made": row.at.isoformat(timespec="seconds"),
        }
        for row in store.sessions()
    ]
    if as_json:
        emit({"sessions": rows})
    elif rows:
        tabulate(list(rows[0]), [list(row.values()) for row in rows])
    else:
        remark("there are no sessions yet; make one: clusteer new NAME --images DIR")


def status(name: Name, as_json: Json = False) -> None:
    """Show where a session stands: answers, groups, unmet demands, contradictions and doubtful answers in words."""
    from clusteer.constraints.demands import describe

    session = open_session(name)
    state, coming = session.status(), session.forecast()
    ids = [item.path for item in session.items]
    said = {answer.id: answer_words(answer, ids) for answer in session.ledger.answers}
    doubtful = [(id, said[id], right) for id, right in state.doubtful.items()]
    conflicts = [remedy_words(conflict, session.ledger, ids) for conflict in state.conflicts]
    if as_json:
        emit({
            **asdict(state),
            "forecast": None if coming is None else asdict(coming),
            "conflicts": [
                {**asdict(conflict), "at_stake": stake, "sentence": words}
                for conflict, stake, words in zip(state.conflicts, state.at_stake, conflicts, strict=True)
            ],
            "doubtful": [{"answer": id, "sentence": words, "right": right} for id, words, right in doubtful],
            "overruled": [{"answer": id, "sentence": said[id]} for id in state.overruled],
        })  # fmt: skip
        return
    gone = f" ({state.gone:,} more are gone)" if state.gone else ""
    say(f"{state.name}: {count(state.items, 'item')}{gone}, encoder {state.encoder}, method {state.method}, "
        f"strategy {state.strategy}")  # fmt: skip
    budget = f" of at most {state.budget}" if state.budget else ""
    say(
        f"{count(state.answers, 'answer')}{budget} ({state.skipped} skipped, {state.unsure} unsure), "
        f"{count(state.open, 'open question')}, {count(state.stale, 'change')} since the last fit"
    )
    if state.audited:
        say(f"{count(state.audited, 'answer')} to audit questions; how good the groups are: clusteer audit {name}")
    tabulate(("group", "pictures" if session.images.has_images else "items"),
             [(group_words(group), group.size) for group in state.groups])  # fmt: skip
    if state.group_number.found:
        say(group_number_words(state.group_number))
    if coming is not None:
        say(
            f"about {coming.answers} more answers, {duration(coming.seconds)}: {100 * coming.gain:+.1f} "
            f"± {100 * coming.spread:.1f} points; the last {coming.answers} moved {coming.moved:.1%} of the items"
        )
        if coming.at_rest:
            say("the groups have come to rest: more answers are hardly worth their time")
    for demand in state.unmet:
        say(f"not met: {describe(demand, ids.__getitem__)}; see: clusteer check {name}", "yellow")
    for words, stake in zip(conflicts, state.at_stake, strict=True):
        say(f"contradiction, {count(stake, 'item')} at stake: {words}", "yellow")
    if state.settling is not None and len(conflicts) > 1:
        say(f"without {state.settling.source}, {state.settling.settled} of these {len(conflicts)} end", "yellow")
    for id, words, right in doubtful[:_SHOWN]:
        say(f"doubtful: {id}, {words} (right with {right:.0%})", "yellow")
    if len(doubtful) > _SHOWN:
        say(f"{count(len(doubtful) - _SHOWN, 'more doubtful answer')}; see: clusteer status {name} --json", "yellow")
    for id in state.overruled[-_SHOWN:]:
        say(f"overruled: {id}, {said[id]}; asked again, it was answered otherwise")
    if len(state.overruled) > _SHOWN:
        say(f"{count(len(state.overruled) - _SHOWN, 'more overruled answer')}; see: clusteer status {name} --json")
    if state.agreement:
        tabulate(
            ("annotator", "answers", "others agree", "others contradict", "wrong, about"),
            [
                (who, own.answers, own.compared - len(own.disagreed), len(own.disagreed),
                 f"{state.error_rates[who]:.0%}" if who in state.error_rates else "")
                for who, own in state.agreement.items()
            ],
        )  # fmt: skip
    for id in [id for own in state.agreement.values() for id in own.disagreed][:_SHOWN]:
        say(f"against the others: {id}, {said[id]}", "yellow")
