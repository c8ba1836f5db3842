"""Knocks at every door of the matrix: signed out, without the right, from the sibling county, and as one who may."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, TestCase
from django.urls import resolve, reverse

from bihuan.cli.main import acting
from bihuan.config.api import api
from bihuan.foundation.access.scoping import ScopedQuerySet
from bihuan.foundation.accounts.models import User
from bihuan.foundation.lib.commands import OPERATOR
from bihuan.foundation.lib.problems import Forbidden
from tests.access_matrix import matrix
from tests.access_matrix.bodies import Multipart, body_of
from tests.access_matrix.doors import found_pages
from tests.access_matrix.makers import all_makers
from tests.access_matrix.matrix import Row
from tests.access_matrix.world import Sample, World

LOGIN = "/accounts/login/"
DENIED = {403, 404}
# Pages with no capability that change with who asks; the sight of their record decides.
VIEWS = {door.name: door.view for door in found_pages()}


def methods_of(row: Row) -> list[str]:
    """The methods worth trying on a page: what its class answers (a list's POST only keeps columns)."""
    view = VIEWS[row.name]
    return [name for name in ("get", "post") if hasattr(view, name) and not (name == "post" and row.export)] or ["get"]


def report(faults: list[str]) -> str:
    """All that went wrong, a line each."""
    return "\n" + "\n".join(faults)


FIRM_FIELDS = {"enterprise", "enterprise_id", "helped", "helper"}


def scoped_models() -> list[Any]:
    """Every model whose records belong to somebody."""
    rows = {model: model._default_manager.all() for model in apps.get_models() if ".tests." not in model.__module__}
    return [model for model, found in rows.items() if isinstance(found, ScopedQuerySet) and found.view_capability is not None]


class Knocks(TestCase):
    """One scene for all."""

    world: World
    unmade: dict[str, str]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = World()
        wanted = [row.record for row in (*matrix.rows("pages"), *matrix.rows("operations")) if row.record]
        wanted += [VIEWS[row.name].model._meta.label_lower for row in matrix.rows("pages") if row.export]
        cls.unmade = {}
        for record in (*wanted, *(model._meta.label_lower for model in scoped_models())):
            try:
                with transaction.atomic():
                    cls.world.sample(record, all_makers())
            except Exception as fault:  # all kinds that cannot be made are named by one test
                cls.unmade[record] = repr(fault)

    def test_a_record_of_every_kind_can_be_made(self) -> None:
        assert not self.unmade, "write a maker in makers.py: " + report([f"{k}: {v}" for k, v in self.unmade.items()])

    def client_of(self, user: User | None) -> Client:
        """A browser with that person signed in."""
        client = Client(raise_request_exception=False)
        if user is not None:
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def sample_of(self, row: Row) -> Sample | None:
        return self.world.sample(row.record, all_makers()) if row.record else None

    def address_of(self, row: Row) -> str:
        sample = self.sample_of(row)
        parts = {**(sample.parts if sample else {}), **row.parts}
        given = {k: v for k, v in parts.items() if f":{k}>" in row.address or f"<{k}>" in row.address}
        if sample is not None:
            given["pk"] = sample.pk
        return reverse(row.name, kwargs=given)

    def knock(self, user: User | None, method: str, address: str, body: Any = None) -> HttpResponse:
        """Ask, and take back whatever the asking wrote."""
        client = self.client_of(user)
        extra: dict[str, Any] = {} if body is None else {"data": body}
        if body is not None and not isinstance(body, Multipart):
            extra["content_type"] = "application/json"
        mark = transaction.savepoint()
        answer: Any = getattr(client, method.lower())(address, **extra)
        if answer.streaming:
            answer.whole = answer.getvalue()
        transaction.savepoint_rollback(mark)
        return answer  # type: ignore[no-any-return]

    def page_rows(self, *, inner: bool = True) -> Iterator[Row]:
        for row in matrix.rows("pages"):
            if row.record not in self.unmade and (not inner or row.capability != "public"):
                yield row

    def operation_rows(self) -> list[Row]:
        return [row for row in matrix.rows("operations") if row.record not in self.unmade]

    def stranger_of(self, row: Row, sample: Sample) -> User | None:
        return self.world.in_role(row.role, sample.stranger_side) if row.role else self.world.holder(row.capability, sample.stranger_side)

    def insider_of(self, row: Row, sample: Sample | None) -> User:
        if row.role:
            return self.world.in_role(row.role, "own")
        user = (sample.insider if sample else None) or self.world.holder(row.capability, "own", sample.level if sample else "county")
        assert user is not None, f"{row}: nobody in the county, its firm, the city or the province holds {row.capability}"
        return user

    def test_signed_out_is_led_to_sign_in(self) -> None:
        faults = []
        for row in self.page_rows():
            for method in methods_of(row):
                answer = self.knock(None, method, self.address_of(row))
                if answer.status_code != 302 or not answer.headers["Location"].startswith(LOGIN):
                    faults.append(f"{method} {row}: {answer.status_code}")
        assert not faults, report(faults)

    def test_public_pages_open_without_an_account(self) -> None:
        faults = []
        for row in self.page_rows(inner=False):
            if row.capability == "public" and not row.record:
                answer = self.knock(None, "get", self.address_of(row))
                if answer.status_code >= 500 or answer.headers.get("Location", "").startswith(LOGIN + "?"):
                    faults.append(f"{row}: {answer.status_code}")
        assert not faults, report(faults)

    def test_without_the_capability_it_is_forbidden(self) -> None:
        faults = []
        for row in self.page_rows():
            if row.capability == "signed_in":
                continue
            for user in (self.world.nobody, self.world.lacking(row.capability)):
                for method in methods_of(row):
                    answer = self.knock(user, method, self.address_of(row))
                    if answer.status_code != 403:
                        faults.append(f"{method} {row} as {user.username}: {answer.status_code}")
        assert not faults, report(faults)

    def test_the_sibling_county_finds_nothing(self) -> None:
        faults = []
        for row in self.page_rows():
            sample = self.sample_of(row)
            if sample is None or sample.public:
                continue
            user = self.stranger_of(row, sample)
            for method in methods_of(row) if user is not None else ():
                answer = self.knock(user, method, self.address_of(row))
                if answer.status_code != 404 and not row.gap:
                    faults.append(f"{method} {row} as {user.username if user else ''}: {answer.status_code}")
        assert not faults, report(faults)

    def test_who_may_is_let_in(self) -> None:
        """Otherwise a 404 for the stranger would prove nothing."""
        faults = []
        for row in self.page_rows():
            sample = self.sample_of(row)
            method = methods_of(row)[0]
            if method == "post":
                continue
            user = self.insider_of(row, sample)
            answer = self.knock(user, method, self.address_of(row))
            failed = answer.status_code in DENIED - set(row.answers) or answer.status_code >= 500
            if row.gap:
                faults += [] if failed else [f"{row} works: remove the gap from the matrix"]
            elif failed:
                faults.append(f"{method} {row} as {user.username}: {answer.status_code}")
        assert not faults, report(faults)

    def test_exports_hold_nothing_out_of_sight(self) -> None:
        faults = []
        for row in self.page_rows():
            if not row.export:
                continue
            address = self.address_of(row) + "?export=csv"
            if self.knock(None, "get", address).status_code != 302:
                faults.append(f"{row}: signed out")
            if row.capability != "signed_in" and self.knock(self.world.nobody, "get", address).status_code != 403:
                faults.append(f"{row}: nobody")
            sibling = self.world.holder(row.capability, "sibling")
            if sibling is None or row.record:  # a list about one record is a 404 as a whole, see above
                continue
            answer = self.knock(sibling, "get", address)
            model = VIEWS[row.name].model
            seen = model._default_manager.all().visible_to(self.world.actor(sibling)).count()
            whole = getattr(answer, "whole", None) or answer.content
            lines = len(whole.decode("utf-8-sig").strip().splitlines()) - 1
            if answer.status_code != 200 or lines > seen:
                faults.append(f"{row}: {answer.status_code}, {lines} rows where {seen} are in sight")
        assert not faults, report(faults)

    def test_every_scoped_model_hides_the_county_from_its_sibling(self) -> None:
        faults = []
        for model in scoped_models():
            if model._meta.label_lower in self.unmade:
                continue
            rows = model._default_manager.all()
            sample = self.world.sample(model._meta.label_lower, all_makers())
            own, sibling = (self.world.holder(rows.view_capability, side, sample.level) for side in ("own", sample.stranger_side))
            for user, expected in ((sample.insider or own, True), (sibling, False), (self.world.nobody, False)):
                if user and rows.visible_to(self.world.actor(user)).filter(pk=sample.pk).exists() != expected:
                    faults.append(f"{model._meta.label} as {user.username}: {'hidden' if expected else 'seen'}")
        assert not faults, report(faults)

    def api_call(self, row: Row, user: User | None) -> HttpResponse:
        method, _, path = row.name.partition(" ")
        sample = self.sample_of(row)
        parts = {**({"pk": sample.pk} if sample else {}), **row.parts}
        for name, value in parts.items():
            path = path.replace(f"{{{name}}}", str(value))
        body = None if method == "GET" else row.body or body_of(api, method, "/api/v1" + row.address)
        if not row.body and isinstance(body, dict):
            # A plain number would be nobody's firm on a database that does not count from 1 in every test.
            for name in FIRM_FIELDS & body.keys():
                body[name] = self.world.stage.firm.pk
            if isinstance(body.get("body"), int) and user is not None:
                body["body"] = self.world.actor(user).home
        if row.body and user is not None:
            here = self.world.actor(user).home
            known = {"$here": here, "$firm": self.world.stage.firm.pk}
            body = {name: known.get(value, value) if isinstance(value, str) else value for name, value in row.body.items()}
        resolve("/api/v1" + path)
        return self.knock(user, method, "/api/v1" + path, body)

    def test_api_signed_out_is_401(self) -> None:
        faults = [f"{row}: {code}" for row in self.operation_rows() if (code := self.api_call(row, None).status_code) != 401]
        assert not faults, report(faults)

    def test_api_without_the_capability_is_403(self) -> None:
        faults = []
        for row in self.operation_rows():
            if row.capability == "signed_in":
                continue
            for user in (self.world.nobody, self.world.lacking(row.capability)):
                if (code := self.api_call(row, user).status_code) != 403:
                    faults.append(f"{row} as {user.username}: {code}")
        assert not faults, report(faults)

    def test_api_sibling_is_404_and_insider_is_not(self) -> None:
        faults = []
        for row in self.operation_rows():
            sample = self.sample_of(row)
            user = self.insider_of(row, sample)
            if (code := self.api_call(row, user).status_code) in DENIED - set(row.answers) or code >= 500:
                faults.append(f"{row} as {user.username}: {code}")
            if sample is None or sample.public:
                continue
            stranger = self.stranger_of(row, sample)
            if stranger is not None and (code := self.api_call(row, stranger).status_code) != 404:
                faults.append(f"{row} as {stranger.username}: {code}")
        assert not faults, report(faults)

    def test_commands_refuse_who_lacks_the_capability(self) -> None:
        for row in matrix.rows("commands"):
            if row.capability != OPERATOR:
                with pytest.raises(Forbidden):
                    acting(argparse.Namespace(capability=row.capability, login=self.world.lacking(row.capability).username))
