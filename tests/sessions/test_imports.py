import subprocess
import sys
from pathlib import Path

LOOP = """
import sys
from pathlib import Path
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from tests.sessions.fakes import make_session

session, _ = make_session(Path(sys.argv[1]))
session = Session.open("mine", Store(Path(sys.argv[1])))
(question,) = session.ask()
session.tell(question.id, "1")
session.refit()
session.fit()
session.status()
print("torch" in sys.modules)
"""


def test_the_loop_never_imports_torch(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", LOOP, str(tmp_path)], capture_output=True, text=True, check=True, cwd=root
    )
    assert done.stdout.strip() == "False"
