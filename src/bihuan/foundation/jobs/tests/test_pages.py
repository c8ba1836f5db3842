"""One's own jobs on pages; other people's do not exist."""

from __future__ import annotations

import pytest

from bihuan.foundation.accounts.models import User
from bihuan.foundation.jobs import services
from bihuan.foundation.jobs.models import JobRun
from bihuan.foundation.jobs.tests import jobs_for_tests as sample
from bihuan.foundation.jobs.tests.jobs_for_tests import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(client) -> Person:
    user = User.objects.create_user("zhang", name="张三")
    client.force_login(user)
    return Person(user.pk, user.name)


def test_the_list_shows_ones_own_jobs_only(client, mine) -> None:
    services.enqueue(mine, sample.note, title="导出隐患台账")
    services.enqueue(Person(mine.user_id + 1), sample.note, title="别人的任务")
    page = client.get("/jobs/").content.decode()
    assert "导出隐患台账" in page
    assert "别人的任务" not in page


def test_the_number_of_queries_of_the_list_does_not_grow(client, mine, django_assert_max_num_queries) -> None:
    for _ in range(20):
        services.enqueue(mine, sample.note, title="导出")
    with django_assert_max_num_queries(8):
        client.get("/jobs/")


@pytest.mark.parametrize("part", ["", "bar/", "result/"])
def test_another_persons_job_does_not_exist(client, mine, part: str) -> None:
    other = services.enqueue(Person(mine.user_id + 1), sample.keep)
    system = services.enqueue(Person(None), sample.keep)
    for job in (other, system):
        assert client.get(f"/jobs/{job.pk}/{part}").status_code == 404
        assert client.post(f"/jobs/{job.pk}/cancel/").status_code == 404
    assert JobRun.objects.filter(cancel_requested=True).count() == 0


def test_the_bar_polls_while_the_job_is_open_and_then_stops(client, mine) -> None:
    job = services.enqueue(mine, sample.note, title="导出隐患台账")
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert f'hx-get="/jobs/{job.pk}/bar/"' in page
    assert "取消" in page
    services.drain()
    bar = client.get(f"/jobs/{job.pk}/bar/", headers={"HX-Request": "true"}).content.decode()
    assert "hx-get" not in bar
    assert "已完成" in bar
    assert 'aria-valuenow="100"' in bar
    assert "<html" not in bar


def test_cancelling_says_so(client, mine) -> None:
    job = services.enqueue(mine, sample.note)
    response = client.post(f"/jobs/{job.pk}/cancel/", follow=True)
    assert "任务已取消" in response.content.decode()
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_the_result_is_downloaded_under_its_chinese_name(client, mine, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    job = services.enqueue(mine, sample.keep)
    services.drain()
    response = client.get(f"/jobs/{job.pk}/result/")
    assert b"".join(response.streaming_content) == b"rowsmore"
    assert "filename*=UTF-8''%E9%9A%90%E6%82%A3%E5%8F%B0%E8%B4%A6.xlsx" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    for file in tmp_path.rglob("*.xlsx"):
        file.unlink()
    assert client.get(f"/jobs/{job.pk}/result/").status_code == 410


def test_the_trace_number_of_a_failed_job_is_shown(client, mine) -> None:
    job = services.enqueue(mine, sample.fail)
    services.drain()
    job.refresh_from_db()
    assert job.trace in client.get(f"/jobs/{job.pk}/").content.decode()
