"""A session under any order of ask, tell, undo and restart, against a plain model of the same rules."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from clusteer.core.questions import Question, legal_choices
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from tests.sessions.fakes import make_session

PEOPLE = st.sampled_from(["", "ann", "bob"])
BUDGET = 12


class SessionMachine(RuleBasedStateMachine):
    """``standing`` maps a question to (answer id, choice, annotator) in the order told; ``lines`` counts the ledger."""

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        self.session, _ = make_session(Path(self.folder.name), budget=BUDGET)
        self.asked: dict[str, Question] = {}
        self.standing: dict[str, tuple[str, str, str]] = {}
        self.lines = 0

    @rule(n=st.integers(1, 4), annotator=PEOPLE)
    def ask(self, n: int, annotator: str) -> None:
        questions = self.session.ask(n, annotator)
        assert len(questions) <= max(0, min(n, BUDGET - len(self.standing)))
        for question in questions:
            assert question.id not in self.standing
            assert self.asked.setdefault(question.id, question) == question
        assert self.session.ask(n, annotator) == questions

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), annotator=PEOPLE)
    def tell(self, data: st.DataObject, annotator: str) -> None:
        id = data.draw(st.sampled_from(sorted(self.asked)))
        choice = data.draw(st.sampled_from(legal_choices(self.asked[id])))
        answer = self.session.tell(id, choice, annotator)
        if id in self.standing and self.standing[id][1:] == (choice, annotator):
            assert answer.id == self.standing[id][0]
        else:
            self.lines += 1
            assert answer.id == f"a{self.lines}"
            self.standing.pop(id, None)
            self.standing[id] = (answer.id, choice, annotator)

    @precondition(lambda self: self.standing)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        annotator = data.draw(st.sampled_from(sorted({told[2] for told in self.standing.values()})))
        last = [id for id, told in self.standing.items() if told[2] == annotator][-1]
        undone = self.session.undo(annotator)
        assert (undone.id, undone.question.id) == (self.standing.pop(last)[0], last)
        self.lines += 1

    @rule()
    def restart(self) -> None:
        self.session.store.close()
        self.session = Session.open("mine", Store(Path(self.folder.name)))

    @rule()
    def refit(self) -> None:
        assert self.session.refit().answers_upto == self.lines

    @invariant()
    def ledger_and_model_agree(self) -> None:
        found = {answer.question.id: (answer.id, answer.choice, answer.annotator)
                 for answer in self.session.history.answers}  # fmt: skip
        assert list(found.items()) == list(self.standing.items())
        assert len(self.session.ledger.lines) == self.lines
        history = self.session.history
        said = {choice: {item for id, told in self.standing.items() if told[1] == choice
                         for item in self.asked[id].items} for choice in ("skip", "unsure")}  # fmt: skip
        assert (set(history.deferred), set(history.barred)) == (said["skip"], said["unsure"])

    def teardown(self) -> None:
        if hasattr(self, "session"):
            self.session.store.close()
            self.folder.cleanup()


TestSession = SessionMachine.TestCase
TestSession.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)
