"""The ledger: append-only tables behind plain calls. Rows leave as frozen dataclasses, never as database objects."""

import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from platformdirs import user_data_dir
from sqlalchemy import Connection, Row, Table, func, insert, select

from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.core.questions import Question
from clusteer.sessions import schema
from clusteer.sessions.database import Database
from clusteer.sessions.faults import plain_faults
from clusteer.sessions.rows import AnswerRow, DeclarationRow, ItemRow, QuestionRow, RoundRow, SessionRow


def default_home() -> Path:
    """Return the folder of all sessions: ``CLUSTEER_HOME``, or the platform's data folder."""
    return Path(os.environ.get("CLUSTEER_HOME") or user_data_dir("clusteer")).expanduser()


class Store:
    """Every session of one home folder: a database, and a folder of arrays.

    Nothing is updated or deleted. A call that writes returns after the commit, which is on disk by then.

    Parameters
    ----------
    home : Path, optional
        Folder of ``clusteer.db`` and ``artifacts/``; default ``default_home()``.
    url : str, optional
        Another database, as SQLAlchemy writes it; ``sqlite://`` is one in memory.

    Raises
    ------
    StorageError
        If the folder or database cannot be used, is damaged, or was written by a newer clusteer.
    """

    def __init__(self, home: Path | None = None, url: str | None = None) -> None:
        self.home = home or default_home()
        self.artifacts = self.home / "artifacts"
        with plain_faults(self.home):
            self.home.mkdir(parents=True, exist_ok=True)
        self._database = Database(url or f"sqlite:///{self.home / 'clusteer.db'}")

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    # Sessions and their items

    def create(
        self,
        settings: SessionRow,
        items: Sequence[ItemRow],
        start: dict[str, str],
        questions: Sequence[QuestionRow] = (),
        answers: Sequence[AnswerRow] = (),
        declarations: Sequence[DeclarationRow] = (),
    ) -> SessionRow:
        """Append a session with its items, round 0 and, for a replay, its past; the id is given here.

        Parameters
        ----------
        settings : SessionRow
            Its ``id`` is ignored.
        items : sequence of ItemRow
            Rows 0..n-1.
        start : dict of str to str
            Artifacts of round 0, on disk already.
        questions, answers, declarations : sequences of rows
            Kept as they are.

        Raises
        ------
        InvalidInputError
            If the name is taken.
        """
        with self._database.write() as connection:
            if connection.scalar(select(schema.session.c.id).where(schema.session.c.name == settings.name)) is not None:
                raise InvalidInputError(
                    f"a session named {settings.name!r} exists already; choose another name or open that one"
                )
            values = asdict(settings)
            del values["id"]
            appended = insert(schema.session).values(values).returning(schema.session.c.id)
            session = connection.execute(appended).scalar_one()
            _append(connection, schema.item, session, [asdict(item) for item in items])
            begun = RoundRow(0, "start", settings.method, 0, start, settings.at)
            _append(connection, schema.round_, session, [asdict(begun)])
            _append(connection, schema.question, session, [_flat(row) for row in questions])
            _append(connection, schema.answer, session, [asdict(row) for row in answers])
            _append(connection, schema.declaration, session, [asdict(row) for row in declarations])
        return self.session(settings.name)

    def sessions(self) -> list[SessionRow]:
        """Return every session, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(schema.session).order_by(schema.session.c.id)).all()
        return [SessionRow(**row._mapping) for row in rows]

    def session(self, name: str) -> SessionRow:
        """Return the session of that name.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        sessions = {row.name: row for row in self.sessions()}
        if name not in sessions:
            known = ", ".join(map(repr, sessions)) or "none yet"
            raise NotFoundError(f"there is no session named {name!r} in {self._database.where}; there are: {known}")
        return sessions[name]

    def items(self, session: int) -> list[ItemRow]:
        """Return every item of a session, by row."""
        return [ItemRow(**_own(row)) for row in self._tail(schema.item, "row", session, -1)]

    # Rounds

    def add_round(self, session: int, kind: str, method: str, answers_upto: int, artifacts: dict[str, str]) -> RoundRow:
        """Append a round whose artifacts are on disk already."""
        with self._database.write() as connection:
            number = _next(connection, schema.round_, "number", session)
            row = RoundRow(number, kind, method, answers_upto, artifacts, now())
            _append(connection, schema.round_, session, [asdict(row)])
        return row

    def rounds(self, session: int) -> list[RoundRow]:
        """Return every round, round 0 first."""
        return [RoundRow(**_own(row)) for row in self._tail(schema.round_, "number", session, -1)]

    # Questions

    def add_questions(
        self, session: int, questions: Sequence[Question], annotator: str, after: int
    ) -> list[QuestionRow] | None:
        """Append questions, leased to an annotator from now; their ids are given here.

        Returns None, and appends nothing, if question ``after`` is not the last one any more: then somebody else was
        given questions since, and these may be the same.
        """
        with self._database.write() as connection:
            number = _next(connection, schema.question, "number", session)
            if number != after + 1:
                return None
            at = now()
            rows = [QuestionRow(number + place, question, annotator, at) for place, question in enumerate(questions)]
            _append(connection, schema.question, session, [_flat(row) for row in rows])
        return self.questions(session, after)[: len(rows)]

    def questions(self, session: int, after: int = 0) -> list[QuestionRow]:
        """Return the questions with a number above ``after``, in order."""
        return [
            QuestionRow(
                number=row.number,
                question=Question(
                    id=f"q{row.number}", kind=row.kind, items=tuple(row.items), options=tuple(map(tuple, row.options)),
                    exhaustive=row.exhaustive, round=row.round, score=row.score, why=row.why,
                ),
                annotator=row.annotator,
                at=row.at,
            )
            for row in self._tail(schema.question, "number", session, after)
        ]  # fmt: skip

    # Answers

    def tell(
        self, session: int, question: int, choice: str, annotator: str, source: str, seconds: float | None
    ) -> AnswerRow:
        """Append an answer and commit; the same one told again by the same person returns the line that stands."""
        with self._database.write() as connection:
            seq = _next(connection, schema.answer, "seq", session)
            last = _last_word(connection, session, question)
            if last is not None and (last.choice, last.annotator) == (choice, annotator):
                return last
            row = AnswerRow(seq, question, choice, None, annotator, source, seconds, now())
            _append(connection, schema.answer, session, [asdict(row)])
        return row

    def retract(self, session: int, seq: int, annotator: str) -> AnswerRow:
        """Append the undoing of line ``seq`` and return it; undoing it again changes nothing.

        Raises
        ------
        NotFoundError
            If there is no such answer.
        InvalidInputError
            If a later answer to the same question replaced it.
        """
        table = schema.answer
        with self._database.write() as connection:
            new = _next(connection, table, "seq", session)
            found = connection.execute(select(table).where(table.c.session_id == session, table.c.seq == seq)).first()
            if found is None or found.choice is None:
                raise NotFoundError(f"a{seq} is no answer of this session, whose ledger has {new - 1} lines")
            last = _last_word(connection, session, found.question)
            if last is not None and last.retracts == seq:
                return last
            if last is None or last.seq != seq:
                raise InvalidInputError(f"answer a{seq} no longer stands: a later one to the same question replaced it")
            row = AnswerRow(new, last.question, None, seq, annotator, last.source, None, now())
            _append(connection, table, session, [asdict(row)])
        return row

    def answers(self, session: int, after: int = 0) -> list[AnswerRow]:
        """Return the ledger lines with a ``seq`` above ``after``, in order, retractions included."""
        return [AnswerRow(**_own(row)) for row in self._tail(schema.answer, "seq", session, after)]

    # Declarations

    def declare(self, session: int, kind: str, value: dict[str, str | int | None], annotator: str) -> DeclarationRow:
        """Append a declaration."""
        with self._database.write() as connection:
            number = _next(connection, schema.declaration, "number", session)
            row = DeclarationRow(number, kind, value, annotator, now())
            _append(connection, schema.declaration, session, [asdict(row)])
        return row

    def declarations(self, session: int, after: int = 0) -> list[DeclarationRow]:
        """Return the declarations with a number above ``after``, in order."""
        return [DeclarationRow(**_own(row)) for row in self._tail(schema.declaration, "number", session, after)]

    def _tail(self, table: Table, key: str, session: int, after: int) -> Sequence[Row[Any]]:
        query = select(table).where(table.c.session_id == session, table.c[key] > after).order_by(table.c[key])
        with self._database.read() as connection:
            return connection.execute(query).all()


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


def _append(connection: Connection, table: Table, session: int, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), [{"session_id": session, **row} for row in rows])


def _next(connection: Connection, table: Table, key: str, session: int) -> int:
    """Return the next number in a session. Its row is locked first, so that writers elsewhere than SQLite queue too."""
    connection.execute(select(schema.session.c.id).where(schema.session.c.id == session).with_for_update())
    highest = connection.scalar(select(func.max(table.c[key])).where(table.c.session_id == session))
    return 1 if highest is None else int(highest) + 1


def _last_word(connection: Connection, session: int, question: int) -> AnswerRow | None:
    """Return the latest ledger line about a question."""
    table = schema.answer
    query = select(table).where(table.c.session_id == session, table.c.question == question)
    row = connection.execute(query.order_by(table.c.seq.desc()).limit(1)).first()
    return None if row is None else AnswerRow(**_own(row))


def _flat(row: QuestionRow) -> dict[str, Any]:
    """Return a question and its lease as the columns of one row."""
    columns = asdict(row.question)
    del columns["id"]
    columns["score"] = float(row.question.score)
    return {**columns, "number": row.number, "annotator": row.annotator, "at": row.at}


def _own(row: Row[Any]) -> dict[str, Any]:
    """Return the columns of a row without the session's key."""
    return {key: value for key, value in row._mapping.items() if key != "session_id"}
