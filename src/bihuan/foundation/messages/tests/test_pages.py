"""My to-dos and messages: one's own, nobody else's; opening a message reads it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from bihuan.foundation.access.actor import Actor, system_actor
from bihuan.foundation.accounts.models import User
from bihuan.foundation.messages.models import Notice
from bihuan.foundation.messages.services import notify
from bihuan.foundation.messages.todos import finish, hand_over
from bihuan.foundation.tenancy.services import appoint, create_organisation

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
SYSTEM = system_actor("test")


@pytest.fixture
def people() -> dict[str, User]:
    province = create_organisation(SYSTEM, kind="province", name="省厅", code="140000", parent=None, at=AT)
    out = {}
    for code in ("140921", "140922"):
        county = create_organisation(SYSTEM, kind="county", name=f"{code}局", code=code, parent=province, at=AT)
        user = User.objects.create_user(code, name=code)
        appoint(SYSTEM, user=user, organisation=county, role="county_officer", at=AT)
        user.county = county
        out[code] = user
    return out


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_anonymous_is_led_to_sign_in_and_back(client: Client) -> None:
    response = client.get("/messages/todos/?tab=late")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/?next=/messages/todos/")


def test_a_to_do_is_shown_to_whoever_holds_the_right(people: dict[str, User]) -> None:
    user = people["140921"]
    hand_over(user.county, capability="messages.view", title="核对名单", organisation_id=user.county.pk, at=AT, due_at=AT + timedelta(days=2))
    assert "核对名单" in client_of(user).get("/messages/todos/").content.decode()
    assert "核对名单" not in client_of(people["140922"]).get("/messages/todos/").content.decode()
    finish(user.county, at=AT)
    assert "核对名单" not in client_of(user).get("/messages/todos/").content.decode()
    assert "核对名单" in client_of(user).get("/messages/todos/?tab=done").content.decode()


def test_the_same_key_is_sent_once_and_opening_reads_it(people: dict[str, User]) -> None:
    user, other = people["140921"], people["140922"]
    for _ in range(2):
        notify(SYSTEM, key="k1", title="请查收", to_user_id=user.pk, at=AT, link="/messages/todos/")
    notice = Notice.objects.get()
    assert client_of(other).get(f"/messages/{notice.pk}/").status_code == 404
    mine = client_of(user)
    assert "未读" in mine.get("/messages/").content.decode()
    assert mine.get(f"/messages/{notice.pk}/").headers["Location"] == "/messages/todos/"
    assert "未读" not in mine.get("/messages/").content.decode()
    assert Notice.objects.all().with_read_state(Actor.of(user, at=AT)).get().read


def test_sign_in(people: dict[str, User], client: Client) -> None:
    user = people["140921"]
    user.set_password("correct-horse-9")
    user.save()
    assert "不正确" in client.post("/accounts/login/", {"username": "140921", "password": "x"}).content.decode()
    response = client.post("/accounts/login/?next=/messages/todos/", {"username": "140921", "password": "correct-horse-9", "next": "/messages/todos/"})
    assert response.headers["Location"] == "/messages/todos/"
