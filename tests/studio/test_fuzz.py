"""Whatever the API's own description allows, no answer is an error of ours."""

from typing import Any

import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok

from tests.studio.conftest import Json

EXAMPLES = 40
ELSEWHERE = {"/api/sessions/{name}/exports", "/api/sessions/{name}/fits", "/api/sessions/{name}/map"}
"""These start processes; ``test_jobs`` and ``test_items`` see to them, and to POST /api/sessions."""


def test_nothing_is_an_error_of_ours(client: TestClient, told: list[str]) -> None:
    description = client.get("/api/openapi.json").json()
    schema = schemathesis.openapi.from_dict(description)
    tried = []
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        if operation.path in ELSEWHERE or (operation.path, operation.method) == ("/api/sessions", "post"):
            continue
        tried.append(operation.path)

        @settings(
            max_examples=EXAMPLES,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy())
        def try_out(case: schemathesis.Case[Any]) -> None:
            path = case.formatted_path if "name" not in case.path_parameters else _of_mine(case)
            body: Json = case.body if isinstance(case.body, dict | list | str | int | float | bool) else None
            reply = client.request(case.method, path, params=dict(case.query or {}), json=body)
            assert reply.status_code < 500, (case.method, path, body, reply.text)
            if reply.status_code >= 400:
                assert isinstance(reply.json()["detail"], str)

        try_out()
    assert {*tried} == {*description["paths"]} - ELSEWHERE


def _of_mine(case: schemathesis.Case[Any]) -> str:
    """Return the path of a case, in a session that exists: of others there is little to be said."""
    case.path_parameters["name"] = "mine"
    return case.formatted_path
