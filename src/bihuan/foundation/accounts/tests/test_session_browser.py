"""The notice before the session ends, in a browser."""

from __future__ import annotations

import pytest

from bihuan.foundation.tenancy.tests.factories import cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_notice_is_shown_two_minutes_before_the_end_and_goes_when_prolonged(page, live_server, client) -> None:
    user = cast().user["county_officer"]
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    key = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
    page.goto(live_server.url + "/accounts/me/")
    assert page.locator("#session-notice").is_hidden()
    page.route("**/accounts/session/", lambda route: route.fulfill(json={"seconds": 110 if route.request.method == "GET" else 9000}))
    page.evaluate("document.getElementById('session-notice').dataset.seconds = '110'")
    page.add_script_tag(url=live_server.url + "/static/accounts/session.js")
    page.locator("#session-notice").wait_for(state="visible")
    assert "继续使用" in page.locator("#session-notice").inner_text()
    page.get_by_role("button", name="继续使用").click()
    page.wait_for_function("document.getElementById('session-notice').hidden")
