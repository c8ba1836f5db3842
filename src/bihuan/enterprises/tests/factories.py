"""Firms for tests: one in each of the cast's two counties, registered through the service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bihuan.enterprises.models import Enterprise
from bihuan.enterprises.services import register_enterprise
from bihuan.foundation.access.actor import system_actor
from bihuan.foundation.lib.credit_code import with_check_character
from bihuan.foundation.tenancy.models import Organisation
from bihuan.foundation.tenancy.tests.factories import Cast

AT = datetime(2025, 1, 6, 2, 0, tzinfo=UTC)
BUILDER = system_actor("测试布景")


@dataclass
class Stage:
    """The cast with two firms."""

    people: Cast
    firm: Enterprise
    other: Enterprise


def code_of(number: int) -> str:
    """A valid credit code for a running number."""
    return with_check_character(f"91140921MA0{number:06d}")


def firm(supervisor: Organisation, number: int = 1, **fields: Any) -> Enterprise:
    """One registered firm."""
    given = {"name": f"测试机械厂{number}", "sector": "machinery", "division_code": "140921", **fields}
    return register_enterprise(BUILDER, code=code_of(number), supervisor=supervisor, at=AT, **given)


def build_stage(people: Cast) -> Stage:
    """A forge in the county, a flange works in the sibling county."""
    return Stage(
        people,
        firm(people.county, 11, name="定襄县晋昌锻造有限公司", headcount=186, industry_code="3391"),
        firm(people.sibling_county, 12, name="五台县云岭法兰有限公司", division_code="140922"),
    )
