"""The Python of docs/studio.md runs against a studio as it is served."""

from pathlib import Path

from clusteer import ImageSet, Session, Store, build_index
from tests.docs.test_readme import blocks
from tests.sessions.fakes import blobs
from tests.studio.serving import serving

PAGE = Path(__file__).parents[2] / "docs" / "studio.md"


def test_a_program_answers_questions_as_the_page_says(tmp_path: Path) -> None:
    features, _ = blobs(60)
    index = build_index(features, "features")
    session = Session.create(
        "holiday", ImageSet.from_features("blobs", features), index, store=Store(tmp_path / "home")
    )
    ((_, code),) = blocks(PAGE, "python")
    with serving(tmp_path / "home", "--root", str(tmp_path)) as server:
        exec(code.replace("http://127.0.0.1:8765", str(server.client.base_url).rstrip("/")), {})
    assert [(answer.annotator, answer.seconds) for answer in session.ledger.answers] == [("ann", 7.5)] * 2
