"""Signing in: lock-out, first password, second factor, session time, sign-out; and that nobody can be somebody else."""

from __future__ import annotations

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axes.models import AccessAttempt
from django.conf import settings as django_settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import get_resolver

import bihuan
from bihuan.foundation.access.actor import Actor, system_actor
from bihuan.foundation.access.registry import capabilities
from bihuan.foundation.accounts import one_time, services
from bihuan.foundation.accounts.models import RecoveryCode, SecondFactor, User
from bihuan.foundation.accounts.passwords import temporary_password
from bihuan.foundation.audit.models import Entry
from bihuan.foundation.lib.problems import Conflict, Invalid, Problem
from bihuan.foundation.tenancy.tests.factories import cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
SYSTEM = system_actor("test")
OWN = "Xinzhou#2026"


@pytest.fixture
def person() -> User:
    """Somebody with a password of their own."""
    user, first = services.create_user(SYSTEM, username="Zhang.Yong", name="张勇", at=NOW)
    services.change_own_password(Actor.of(user, at=NOW), user, old=first, new=OWN, at=NOW)
    return user


def sign_in(client: Client, password: str, name: str = "zhang.yong"):
    return client.post("/accounts/login/", {"username": name, "password": password})


def test_name_in_any_case_and_the_right_password_open_the_door(client: Client, person: User) -> None:
    assert sign_in(client, OWN, "ZHANG.Yong").status_code == 302
    assert client.get("/accounts/me/").status_code == 200


def test_five_failures_lock_the_name_also_for_the_right_password(client: Client, person: User, settings) -> None:
    settings.AXES_ENABLED = True
    answers = [sign_in(client, "wrong").status_code for _ in range(5)]
    assert answers[-1] == 429
    locked = sign_in(client, OWN)
    assert locked.status_code == 429
    assert "账号已锁定" in locked.content.decode()
    services.reopen_account(SYSTEM, person, at=NOW)
    assert sign_in(client, OWN).status_code == 302


def test_a_success_forgets_the_failures_before(client: Client, person: User, settings) -> None:
    settings.AXES_ENABLED = True
    for _ in range(4):
        sign_in(client, "wrong")
    assert sign_in(client, OWN).status_code == 302
    assert not AccessAttempt.objects.exists()


def test_a_first_password_must_be_changed_before_anything_else(client: Client) -> None:
    user, first = services.create_user(SYSTEM, username="new", name="新人", at=NOW)
    sign_in(client, first, "new")
    assert client.get("/jobs/").headers["Location"] == "/accounts/password/"
    answer = client.get("/api/v1/reference/industries")
    assert (answer.status_code, answer.json()["code"]) == (403, "accounts.must_change_password")
    refused = client.post("/accounts/password/", {"old": first, "new": "short", "again": "short"})
    assert refused.status_code == 422
    done = client.post("/accounts/password/", {"old": first, "new": OWN, "again": OWN})
    assert done.status_code == 302
    assert client.get("/jobs/").status_code == 200
    user.refresh_from_db()
    assert not user.must_change_password


@pytest.mark.parametrize(("password", "fault"), [("Ab1!", "10"), ("abcdefghijk", "三类"), ("1234567890", "数字"), (OWN, "相同")])
def test_the_policy_refuses_in_chinese(person: User, password: str, fault: str) -> None:
    with pytest.raises(ValidationError) as caught:
        validate_password(password, person)
    assert any(fault in line for line in caught.value.messages)


def test_handed_out_passwords_keep_the_policy() -> None:
    for _ in range(50):
        validate_password(temporary_password())


def test_a_reset_ends_open_sessions_and_is_in_the_history_without_the_password(client: Client, person: User) -> None:
    sign_in(client, OWN)
    password = services.reset_password(SYSTEM, person, at=NOW)
    assert client.get("/accounts/me/").status_code == 302
    entry = Entry.objects.of(person).last()
    assert entry.action == "accounts.reset_password"
    assert password not in str([entry.before, entry.after, entry.note, entry.detail])


def test_a_closed_account_is_out_at_once(client: Client, person: User) -> None:
    sign_in(client, OWN)
    services.close_account(SYSTEM, person, at=NOW, reason="调离")
    assert client.get("/accounts/me/").status_code == 302
    assert sign_in(Client(), OWN).status_code == 200
    with pytest.raises(Conflict):
        services.close_account(SYSTEM, person, at=NOW, reason="调离")
    with pytest.raises(Problem, match="自己"):
        services.close_account(Actor.of(person, at=NOW), person, at=NOW, reason="x")


def test_a_taken_or_odd_login_name_is_refused() -> None:
    services.create_user(SYSTEM, username="li", name="李", at=NOW)
    for username in ("LI", "", "a b"):
        with pytest.raises(Invalid):
            services.create_user(SYSTEM, username=username, name="李", at=NOW)


def factor_of(user: User) -> tuple[bytes, list[str]]:
    factor = services.begin_second_factor(user)
    secret = one_time.opened(factor.secret)
    return secret, services.confirm_second_factor(Actor.of(user, at=NOW), factor, code=one_time.code_at(secret, NOW), at=NOW)


def test_digits_follow_rfc_6238() -> None:
    secret = b"12345678901234567890"
    at = datetime.fromtimestamp(1111111109, UTC)
    assert one_time.code_at(secret, at) == "081804"  # RFC 6238 appendix B, eight digits 07081804
    for skew, fits in ((-30, True), (0, True), (30, True), (-90, False), (90, False)):
        assert (one_time.step_of(secret, "081804", at + timedelta(seconds=skew)) is not None) is fits
    assert one_time.step_of(secret, "٠٨١٨٠٤", at) is None


def test_second_factor_is_asked_for_and_each_code_works_once(client: Client, person: User, settings) -> None:
    secret, spare = factor_of(person)
    assert bytes(SecondFactor.objects.get().secret) != secret, "kept encrypted"
    answer = client.post("/accounts/login/?next=/jobs/", {"username": "zhang.yong", "password": OWN, "next": "/jobs/"})
    assert answer.headers["Location"] == "/accounts/login/code/"
    assert client.get("/accounts/me/").status_code == 302, "the password alone opens nothing"
    assert client.post("/accounts/login/code/", {"code": "000000"}).status_code == 422
    done = client.post("/accounts/login/code/", {"code": spare[0].upper()})
    assert done.headers["Location"] == "/jobs/"
    assert client.get("/accounts/me/").status_code == 200
    assert RecoveryCode.objects.filter(used_at__isnull=False).count() == 1
    assert not services.check_second_factor(person, code=spare[0], at=NOW)
    later = NOW + timedelta(minutes=1)
    code = one_time.code_at(secret, later)
    assert services.check_second_factor(person, code=code, at=later)
    assert not services.check_second_factor(person, code=code, at=later), "a code seen over the shoulder is spent"


def test_wrong_codes_lock_like_wrong_passwords(client: Client, person: User, settings) -> None:
    settings.AXES_ENABLED = True
    factor_of(person)
    sign_in(client, OWN)
    for _ in range(5):
        client.post("/accounts/login/code/", {"code": "000000"})
    assert client.post("/accounts/login/code/", {"code": "000000"}).status_code == 429
    assert sign_in(Client(), OWN).status_code == 429


def test_the_second_step_without_the_first_or_too_late_is_refused(client: Client, person: User) -> None:
    assert client.get("/accounts/login/code/").status_code == 409
    factor_of(person)
    sign_in(client, OWN)
    session = client.session
    session["second_factor_of"] = {**session["second_factor_of"], "at": 0}
    session.save()
    assert client.post("/accounts/login/code/", {"code": "000000"}).status_code == 409


def test_switching_the_second_factor_on_and_off_by_the_pages(client: Client, person: User) -> None:
    sign_in(client, OWN)
    page = client.get("/accounts/second-factor/on/").content.decode()
    assert "<svg" in page
    secret = one_time.opened(SecondFactor.objects.get().secret)
    assert client.post("/accounts/second-factor/on/", {"code": "12"}).status_code == 422
    shown = client.post("/accounts/second-factor/on/", {"code": one_time.code_at(secret, datetime.now(UTC))})
    codes = [part.split("</code>")[0] for part in shown.content.decode().split("<code>")[1:]]
    assert len(codes) == 10
    assert client.post("/accounts/second-factor/on/", {"code": "123456"}).status_code == 409
    assert client.post("/accounts/second-factor/off/", {"code": "000000"}).status_code == 422
    assert client.post("/accounts/second-factor/off/", {"code": codes[0]}).status_code == 302
    assert not SecondFactor.objects.exists()


def test_asking_for_the_time_left_does_not_prolong_the_session(client: Client, person: User) -> None:
    sign_in(client, OWN)
    session = client.session
    session["seen"] = session["seen"] - django_settings.SESSION_COOKIE_AGE + 100
    session.save()
    assert 90 <= client.get("/accounts/session/").json()["seconds"] <= 100
    assert client.post("/accounts/session/").json()["seconds"] > 3600
    assert 'data-warn="120"' in client.get("/accounts/me/").content.decode()


def test_signing_out_clears_what_was_typed(client: Client, person: User) -> None:
    sign_in(client, OWN)
    answer = client.post("/accounts/logout/", follow=True)
    assert "data-clear-drafts" in answer.content.decode()
    assert client.get("/accounts/me/").status_code == 302


def test_choosing_among_ones_organisations_only(client: Client) -> None:
    people = cast()
    client.force_login(people.user["county_officer"], backend="django.contrib.auth.backends.ModelBackend")
    assert client.post("/accounts/organisation/", {"organisation": people.sibling_county.pk}).status_code == 404
    assert client.post("/accounts/organisation/", {"organisation": people.county.pk, "next": "//evil.example/"}).headers["Location"] == "/"
    assert client.session["home_organisation"] == people.county.pk


def test_nobody_can_sign_in_as_somebody_else() -> None:
    """No capability, address or command of that kind; sessions begin in one place, after password and second factor."""
    words = ("impersonat", "hijack", "su_", "become", "login_as")
    assert not [key for key in capabilities() if any(word in key for word in words)]
    assert not [name for name in get_resolver().reverse_dict if isinstance(name, str) and any(word in name for word in words)]
    importers = set()
    for path in Path(bihuan.__file__).parent.rglob("*.py"):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "django.contrib.auth" and any(a.name == "login" for a in node.names):
                importers.add(path.relative_to(Path(bihuan.__file__).parent).as_posix())
    assert importers == {"foundation/accounts/views/sign_in.py"}
