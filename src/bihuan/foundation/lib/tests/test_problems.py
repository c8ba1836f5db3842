"""Problems carry a stable code, a status and the fields they are about."""

from bihuan.foundation.lib.problems import Conflict, Forbidden, Invalid, NotFound, Problem


def test_a_problem_about_a_field_names_it() -> None:
    problem = Problem(
        "hazards.due_before_found", "整改期限不能早于发现时间", field="due_at", detail={"found": "2025-02-20"}
    )
    assert (problem.status, str(problem)) == (422, "整改期限不能早于发现时间")
    assert problem.errors == {"due_at": ["整改期限不能早于发现时间"]}
    assert problem.detail == {"found": "2025-02-20"}


def test_kinds_have_their_http_status() -> None:
    assert [kind().status for kind in (NotFound, Forbidden, Conflict)] == [404, 403, 409]
    assert NotFound().errors == {}


def test_invalid_keeps_all_messages_by_field() -> None:
    problem = Invalid({"name": ["请填写名称"], "": ["两项不能同时选"]})
    assert problem.errors == {"name": ["请填写名称"], "": ["两项不能同时选"]}
    assert problem.message == "请填写名称；两项不能同时选"
