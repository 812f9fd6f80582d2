"""The ledger: append-only tables behind plain calls. Rows leave as frozen dataclasses, never as database objects."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Row, Table, func, insert, select

from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.core.questions import Answer, Question
from clusteer.sessions import schema
from clusteer.sessions.database import Database
from clusteer.sessions.faults import plain_faults
from clusteer.sessions.home import default_database, default_home
from clusteer.sessions.rows import AnswerRow, Declaration, DeclarationRow, ItemRow, QuestionRow, RoundRow, SessionRow
from clusteer.sessions.tables import (
    append,
    append_declarations,
    flat,
    last_word,
    logged,
    next_number,
    now,
    own,
    standing_line,
)


class Store:
    """Every session of one home folder: a database, and a folder of arrays.

    Nothing is updated or deleted. A call that writes returns after the commit, which is on disk by then.

    Parameters
    ----------
    home : Path, optional
        Folder of ``clusteer.db`` and ``artifacts/``; default ``default_home()``.
    url : str, optional
        Another database, of SQLite or PostgreSQL, as SQLAlchemy writes it; ``sqlite://`` is one in memory. Default
        ``default_database()``. Everybody who shares one shares the folder, too: arrays are not in the database.

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
        self._database = Database(url or default_database(self.home))

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
        with self._database.write(alone=True) as connection:
            if connection.scalar(select(schema.session.c.id).where(schema.session.c.name == settings.name)) is not None:
                raise InvalidInputError(
                    f"a session named {settings.name!r} exists already; choose another name or open that one"
                )
            values = asdict(settings)
            del values["id"]
            appended = insert(schema.session).values(values).returning(schema.session.c.id)
            session = connection.execute(appended).scalar_one()
            append(connection, schema.item, session, logged(items, 1))
            begun = RoundRow(0, "start", settings.method, 0, start, settings.at)
            append(connection, schema.round_, session, [asdict(begun)])
            append(connection, schema.question, session, [flat(row) for row in questions])
            append(connection, schema.answer, session, [asdict(row) for row in answers])
            append(connection, schema.declaration, session, [asdict(row) for row in declarations])
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
        """Return every item of a session as it was last found, by row."""
        table = schema.item.c
        query = select(table.row, table.sha256, table.path, table.copy, table.gone, table.folder)
        with self._database.read() as connection:
            log = connection.execute(query.where(table.session_id == session).order_by(table.seq)).all()
        latest = {row.row: row for row in log}
        return [ItemRow(*latest[row]) for row in sorted(latest)]

    def n_items(self, session: int) -> int:
        """Return how many items of a session are there, without reading them all."""
        table, log = schema.item.c, schema.item.alias().c
        last = select(func.max(log.seq)).where(log.session_id == session).group_by(log.row)
        present = select(func.count()).where(table.session_id == session, table.seq.in_(last), table.gone.is_(False))
        with self._database.read() as connection:
            return int(connection.scalar(present) or 0)

    def items_upto(self, session: int) -> int:
        """Return the ``seq`` of the last entry of the items' log; a larger one later means that items changed."""
        table = schema.item.c
        with self._database.read() as connection:
            return int(connection.scalar(select(func.max(table.seq)).where(table.session_id == session)) or 0)

    def gone(self, session: int) -> frozenset[int]:
        """Return the rows of the items whose files are gone."""
        table = schema.item.c
        ever = select(table.row).where(table.session_id == session, table.gone.is_(True))
        entries = select(table.row, table.gone).where(table.session_id == session, table.row.in_(ever))
        with self._database.read() as connection:
            latest = {row.row: row.gone for row in connection.execute(entries.order_by(table.seq))}
        return frozenset(row for row, gone in latest.items() if gone)

    def add_items(
        self,
        session: int,
        changes: Sequence[ItemRow],
        after: int,
        artifacts: dict[str, str] | None = None,
        folder: Declaration | None = None,
        annotator: str = "",
    ) -> int | None:
        """Append what was found of old and new items, in one transaction with what goes along.

        Parameters
        ----------
        session : int
            Key of the session.
        changes : sequence of ItemRow
            New rows, and old ones as they are from now on.
        after : int
            ``items_upto`` when the changes were found.
        artifacts : dict of str to str, optional
            Those of a new round of kind "items", on disk already.
        folder : dict, optional
            Value of a declaration of kind "folder": where the new items are, or the old ones are now.
        annotator : str
            Who declares it.

        Returns
        -------
        int or None
            The new ``items_upto``; None, and nothing is appended, if the log has grown since ``after``.
        """
        with self._database.write() as connection:
            seq = next_number(connection, schema.item, "seq", session)
            if seq != after + 1:
                return None
            append(connection, schema.item, session, logged(changes, seq))
            if artifacts is not None:
                table = schema.round_
                query = select(table.c.number, table.c.method, table.c.answers_upto).where(
                    table.c.session_id == session
                )
                last = connection.execute(query.order_by(table.c.number.desc()).limit(1)).one()
                grown = RoundRow(last.number + 1, "items", last.method, last.answers_upto, artifacts, now())
                append(connection, table, session, [asdict(grown)])
            if folder is not None:
                append_declarations(connection, session, [("folder", folder)], annotator)
        return seq - 1 + len(changes)

    # Rounds

    def add_round(self, session: int, kind: str, method: str, answers_upto: int, artifacts: dict[str, str]) -> RoundRow:
        """Append a round whose artifacts are on disk already."""
        with self._database.write() as connection:
            number = next_number(connection, schema.round_, "number", session)
            row = RoundRow(number, kind, method, answers_upto, artifacts, now())
            append(connection, schema.round_, session, [asdict(row)])
        return row

    def rounds(self, session: int) -> list[RoundRow]:
        """Return every round, round 0 first."""
        return [RoundRow(**own(row)) for row in self._tail(schema.round_, "number", session, -1)]

    # Questions

    def add_questions(
        self, session: int, questions: Sequence[Question], annotator: str, after: int
    ) -> list[QuestionRow] | None:
        """Append questions, leased to an annotator from now; their ids are given here.

        Returns None, and appends nothing, if question ``after`` is not the last one any more: then somebody else was
        given questions since, and these may be the same.
        """
        with self._database.write() as connection:
            number = next_number(connection, schema.question, "number", session)
            if number != after + 1:
                return None
            at = now()
            rows = [QuestionRow(number + place, question, annotator, at) for place, question in enumerate(questions)]
            append(connection, schema.question, session, [flat(row) for row in rows])
        return self.questions(session, after)[: len(rows)]

    def questions(self, session: int, after: int = 0) -> list[QuestionRow]:
        """Return the questions with a number above ``after``, in order."""
        return [
            QuestionRow(
                number=row.number,
                question=Question(
                    id=f"q{row.number}", kind=row.kind, items=tuple(row.items), options=tuple(map(tuple, row.options)),
                    exhaustive=row.exhaustive, round=row.round, score=row.score, why=row.why,
                    purpose=row.purpose,
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
            seq = next_number(connection, schema.answer, "seq", session)
            last = last_word(connection, session, question)
            if last is not None and (last.choice, last.annotator) == (choice, annotator):
                return last
            row = AnswerRow(seq, question, choice, None, annotator, source, seconds, now())
            append(connection, schema.answer, session, [asdict(row)])
        return row

    def add_told(
        self,
        session: int,
        told: Sequence[Answer],
        stated: Sequence[tuple[str, Declaration, str]] = (),
        withdrawn: Sequence[int] = (),
        restored: Sequence[AnswerRow] = (),
        annotator: str = "",
    ) -> list[AnswerRow]:
        """Append answers together with their questions, all or none; what others write comes before or after them.

        Parameters
        ----------
        session : int
            Key of the session.
        told : sequence of Answer
            Their ids and times are given here.
        stated : sequence of (str, dict, str)
            Kind, value and annotator of declarations that go along.
        withdrawn : sequence of int
            ``seq`` of the lines that are taken back along with that, where they stand.
        restored : sequence of AnswerRow
            Lines that were taken back before and are told anew.
        annotator : str
            Who takes back.

        Returns
        -------
        list of AnswerRow
            The lines of ``told``.
        """
        with self._database.write() as connection:
            number = next_number(connection, schema.question, "number", session)
            seq = next_number(connection, schema.answer, "seq", session)
            at = now()
            asked = [QuestionRow(number + i, answer.question, answer.annotator, at) for i, answer in enumerate(told)]
            lines = [
                AnswerRow(seq + i, number + i, answer.choice, None, answer.annotator, answer.source, answer.seconds, at)
                for i, answer in enumerate(told)
            ]
            stood = [row for row in map(partial(standing_line, connection, session), withdrawn) if row is not None]
            undoing = [replace(row, choice=None, retracts=row.seq, annotator=annotator, seconds=None) for row in stood]
            others = [replace(row, seq=seq + len(lines) + i, at=at) for i, row in enumerate((*undoing, *restored))]
            append(connection, schema.question, session, [flat(row) for row in asked])
            append(connection, schema.answer, session, [asdict(line) for line in (*lines, *others)])
            for kind, value, who in stated:
                append_declarations(connection, session, [(kind, value)], who)
        return lines

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
            new = next_number(connection, table, "seq", session)
            found = connection.execute(select(table).where(table.c.session_id == session, table.c.seq == seq)).first()
            if found is None or found.choice is None:
                raise NotFoundError(f"a{seq} is no answer of this session, whose ledger has {new - 1} lines")
            last = last_word(connection, session, found.question)
            if last is not None and last.retracts == seq:
                return last
            if last is None or last.seq != seq:
                raise InvalidInputError(f"answer a{seq} no longer stands: a later one to the same question replaced it")
            row = AnswerRow(new, last.question, None, seq, annotator, last.source, None, now())
            append(connection, table, session, [asdict(row)])
        return row

    def answers(self, session: int, after: int = 0) -> list[AnswerRow]:
        """Return the ledger lines with a ``seq`` above ``after``, in order, retractions included."""
        return [AnswerRow(**own(row)) for row in self._tail(schema.answer, "seq", session, after)]

    # Declarations

    def declare(self, session: int, kind: str, value: Declaration, annotator: str) -> DeclarationRow:
        """Append a declaration."""
        return self.declare_all(session, [(kind, value)], annotator)[0]

    def declare_all(
        self, session: int, stated: Sequence[tuple[str, Declaration]], annotator: str
    ) -> list[DeclarationRow]:
        """Append declarations, kind and value of each, all or none."""
        with self._database.write() as connection:
            return append_declarations(connection, session, stated, annotator)

    def declarations(self, session: int, after: int = 0) -> list[DeclarationRow]:
        """Return the declarations with a number above ``after``, in order."""
        return [DeclarationRow(**own(row)) for row in self._tail(schema.declaration, "number", session, after)]

    def _tail(self, table: Table, key: str, session: int, after: int) -> Sequence[Row[Any]]:
        query = select(table).where(table.c.session_id == session, table.c[key] > after).order_by(table.c[key])
        with self._database.read() as connection:
            return connection.execute(query).all()
