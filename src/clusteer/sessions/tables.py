"""How rows get into the tables and out of them again; for the store alone."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, func, insert, select

from clusteer.sessions import schema
from clusteer.sessions.rows import AnswerRow, Declaration, DeclarationRow, ItemRow, QuestionRow


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


def append(connection: Connection, table: Table, session: int, rows: list[dict[str, Any]]) -> None:
    """Append rows to one table of a session."""
    if rows:
        connection.execute(insert(table), [{"session_id": session, **row} for row in rows])


def next_number(connection: Connection, table: Table, key: str, session: int) -> int:
    """Return the next number in a session. Its row is locked first, so that writers elsewhere than SQLite queue too."""
    connection.execute(select(schema.session.c.id).where(schema.session.c.id == session).with_for_update())
    highest = connection.scalar(select(func.max(table.c[key])).where(table.c.session_id == session))
    return 1 if highest is None else int(highest) + 1


def logged(items: Sequence[ItemRow], seq: int) -> list[dict[str, Any]]:
    """Return entries of the items' log from ``seq`` on."""
    return [{"seq": seq + place, **vars(item)} for place, item in enumerate(items)]


def append_declarations(
    connection: Connection, session: int, stated: Sequence[tuple[str, Declaration]], annotator: str
) -> list[DeclarationRow]:
    """Append declarations, kind and value of each."""
    number, at = next_number(connection, schema.declaration, "number", session), now()
    rows = [DeclarationRow(number + place, kind, value, annotator, at) for place, (kind, value) in enumerate(stated)]
    append(connection, schema.declaration, session, [asdict(row) for row in rows])
    return rows


def last_word(connection: Connection, session: int, question: int) -> AnswerRow | None:
    """Return the latest ledger line about a question."""
    table = schema.answer
    query = select(table).where(table.c.session_id == session, table.c.question == question)
    row = connection.execute(query.order_by(table.c.seq.desc()).limit(1)).first()
    return None if row is None else AnswerRow(**own(row))


def flat(row: QuestionRow) -> dict[str, Any]:
    """Return a question and its lease as the columns of one row."""
    columns = asdict(row.question)
    del columns["id"]
    columns["score"] = float(row.question.score)
    return {**columns, "number": row.number, "annotator": row.annotator, "at": row.at}


def own(row: Row[Any]) -> dict[str, Any]:
    """Return the columns of a row without the session's key."""
    return {key: value for key, value in row._mapping.items() if key != "session_id"}


def standing_line(connection: Connection, session: int, seq: int) -> AnswerRow | None:
    """Return ledger line ``seq`` if it is the latest about its question and states something."""
    table = schema.answer
    row = connection.execute(select(table).where(table.c.session_id == session, table.c.seq == seq)).first()
    last = None if row is None else last_word(connection, session, row.question)
    return last if last is not None and last.seq == seq and last.choice is not None else None
