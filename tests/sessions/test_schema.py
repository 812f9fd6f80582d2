"""The migrations build what schema.py says, and databases of every older version open."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from clusteer.sessions import migrations, schema
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


def test_a_current_database_opens_without_alembic(tmp_path: Path) -> None:
    Store(tmp_path).close()
    code = (
        "import sys; from pathlib import Path; from clusteer.sessions.store import Store; "
        "Store(Path(sys.argv[1])); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
