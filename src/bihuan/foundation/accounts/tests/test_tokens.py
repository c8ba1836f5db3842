"""Tokens for programs: shown once, at most what one holds, for a time, revoked at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from bihuan.foundation.access.actor import Actor
from bihuan.foundation.access.tokens import create_token, revoke_token
from bihuan.foundation.accounts.models import ApiToken
from bihuan.foundation.lib.problems import Forbidden, Invalid, NotFound
from bihuan.foundation.tenancy.models import Membership
from bihuan.foundation.tenancy.tests.factories import Cast, cast

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/reference/industries"


@pytest.fixture
def people() -> Cast:
    return cast()


def token_of(people: Cast, name: str = "county_officer", scopes: tuple[str, ...] = ("reference.view",)) -> tuple[ApiToken, str]:
    now = datetime.now(UTC)
    return create_token(people.actor(name, now), name="数据交换", scopes=scopes, expires_at=now + timedelta(days=30), at=now)


def ask(text: str) -> int:
    return Client().get(ADDRESS, headers={"Authorization": f"Bearer {text}"}).status_code


def test_a_token_opens_what_it_was_made_for(people: Cast) -> None:
    _, text = token_of(people)
    assert ask(text) == 200
    assert ask(text + "x") == 401
    _, other = token_of(people, scopes=("hazards.view",))
    assert ask(other) == 403


def test_nobody_hands_out_what_they_lack(people: Cast) -> None:
    with pytest.raises(Invalid) as caught:
        token_of(people, "worker", ("hazards.confirm",))
    assert "scopes" in caught.value.errors
    now = datetime.now(UTC)
    narrow = Actor.of(people.user["county_officer"], at=now, scopes=["reference.view"])
    with pytest.raises(Forbidden):
        create_token(narrow, name="链式", scopes=["reference.view"], expires_at=now + timedelta(days=1), at=now)


@pytest.mark.parametrize("days", [0, 400])
def test_a_token_has_an_end_within_a_year(people: Cast, days: int) -> None:
    now = datetime.now(UTC)
    with pytest.raises(Invalid):
        create_token(people.actor("county_officer", now), name="x", scopes=["reference.view"], expires_at=now + timedelta(days=days), at=now)


def test_a_token_ends_with_revocation_expiry_the_account_and_the_office(people: Cast) -> None:
    token, text = token_of(people)
    Membership.objects.filter(user=token.user).update(valid_to=datetime.now(UTC))
    assert ask(text) == 403
    Membership.objects.filter(user=token.user).update(valid_to=None)
    type(token.user).objects.filter(pk=token.user_id).update(is_active=False)
    assert ask(text) == 401
    type(token.user).objects.filter(pk=token.user_id).update(is_active=True)
    with pytest.raises(NotFound):
        revoke_token(people.actor("sibling_officer"), token, at=datetime.now(UTC))
    revoke_token(people.actor("county_officer"), token, at=datetime.now(UTC))
    assert ask(text) == 401
    late, text = token_of(people)
    ApiToken.objects.filter(pk=late.pk).update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert ask(text) == 401


def test_the_pages_show_a_token_once_and_only_ones_own(people: Cast) -> None:
    client = Client()
    client.force_login(people.user["county_officer"], backend="django.contrib.auth.backends.ModelBackend")
    day = (datetime.now(UTC) + timedelta(days=10)).date().isoformat()
    made = client.post("/accounts/tokens/new/", {"name": "省平台", "expires": day, "scopes": ["reference.view"]}).content.decode()
    text = made.split('class="token">')[1].split("</code>")[0]
    assert ask(text) == 200
    assert text not in client.get("/accounts/tokens/").content.decode()
    refused = client.post("/accounts/tokens/new/", {"name": "省平台", "expires": day, "scopes": ["audit.trail"]})
    assert refused.status_code == 422
    token = ApiToken.objects.get()
    other = Client()
    other.force_login(people.user["sibling_officer"], backend="django.contrib.auth.backends.ModelBackend")
    assert other.post(f"/accounts/tokens/{token.pk}/revoke/").status_code == 404
    assert client.post(f"/accounts/tokens/{token.pk}/revoke/").status_code == 302
    assert ask(text) == 401
