"""The migrations build what schema.py says, and databases of every older version open."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from clusteer.core.questions import Answer, Question
from clusteer.sessions import migrations, schema
from clusteer.sessions.rows import ItemRow
from clusteer.sessions.store import Store

DATABASES = Path(__file__).parent / "databases"


def test_migrations_and_tables_agree(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store._database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []
    (folder,) = migrations.__path__
    assert ScriptDirectory(folder).get_current_head() == str(schema.VERSION)


@pytest.mark.parametrize("version", range(1, schema.VERSION + 1))
def test_an_old_database_opens_with_every_answer(tmp_path: Path, version: int) -> None:
    shutil.copy(DATABASES / f"version_{version}.db", tmp_path / "clusteer.db")
    store = Store(tmp_path)
    row = store.session("animals")
    assert (row.encoder, row.method, row.seed) == ("pixels", "propagation", 3)
    assert [item.path for item in store.items(row.id)] == [f"{i}.png" for i in range(6)]
    assert [question.question.kind for question in store.questions(row.id)] == ["same", "member", "member"]
    lines = store.answers(row.id)
    assert [line.choice for line in lines] == ["same", "1", None, "none", "skip"]
    assert lines[2].retracts == 2
    assert store.declarations(row.id)[0].value == {"item": 0, "name": "cats"}
    assert store.tell(row.id, 3, "unsure", "ann", "human", None).seq == 6


def test_an_old_database_takes_what_is_new(tmp_path: Path) -> None:
    shutil.copy(DATABASES / "version_1.db", tmp_path / "clusteer.db")
    store = Store(tmp_path)
    id = store.session("animals").id
    assert store.items_upto(id) == store.n_items(id) == 6
    assert store.items(id)[5] == ItemRow(5, f"{5:064x}", "5.png", 0, False, 0)
    assert store.add_items(id, [ItemRow(6, "6" * 64, "b/6.png", folder=1)], 6) == 7
    assert store.n_items(id) == 7
    choice = ",".join(map(str, range(1, 99)))
    (line,) = store.add_told(id, [Answer(Question("", "page", (2, 3), ((0,),)), choice)])
    assert line == store.answers(id)[-1]
    assert line.choice == choice
    with store._database.read() as connection:
        assert set(inspect(connection).get_table_names()) == {"alembic_version", *schema.metadata.tables}


def test_what_came_with_version_2_is_kept(tmp_path: Path) -> None:
    shutil.copy(DATABASES / "version_2.db", tmp_path / "clusteer.db")
    store = Store(tmp_path)
    id = store.session("animals").id
    assert [item.gone for item in store.items(id)] == [False] * 5 + [True]
    assert (store.items_upto(id), store.n_items(id)) == (7, 5)
    last = store.rounds(id)[-1]
    assert (last.number, last.kind, last.answers_upto, last.artifacts) == (2, "items", 4, {"index": "z"})
    rule = {"if": [{"items": [0, 1], "together": True}], "then": None}
    assert [(row.kind, row.value) for row in store.declarations(id)][1:] == [("rule", rule)]


def test_what_came_with_version_3_is_kept(tmp_path: Path) -> None:
    shutil.copy(DATABASES / "version_2.db", tmp_path / "clusteer.db")
    store = Store(tmp_path)
    id = store.session("animals").id
    assert {row.question.purpose for row in store.questions(id)} == {""}
    rows = store.add_questions(id, [Question("", "member", (4,), ((0,),), purpose="audit")], "ann", 3)
    assert rows is not None
    assert store.questions(id)[-1].question.purpose == rows[0].question.purpose == "audit"


def test_a_current_database_opens_without_alembic(tmp_path: Path) -> None:
    Store(tmp_path).close()
    code = (
        "import sys; from pathlib import Path; from clusteer.sessions.store import Store; "
        "Store(Path(sys.argv[1])); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
