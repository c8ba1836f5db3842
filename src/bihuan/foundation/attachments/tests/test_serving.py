"""Serving: the owning record's scope decides, and the answer is safe to give to a browser."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bihuan.foundation.attachments import services, storage
from bihuan.foundation.attachments.models import Attachment
from bihuan.foundation.attachments.tests import samples
from bihuan.foundation.attachments.tests.conftest import AT
from bihuan.foundation.audit.models import Entry


@pytest.fixture
def photo(cast) -> Attachment:
    upload = samples.upload(samples.photo(), "整改前 照片.png")
    return services.attach(cast.actor("officer"), cast.record, upload, purpose="before", at=AT)


@pytest.fixture
def signed_in(client, cast):
    def sign_in(name: str):
        client.force_login(cast.users[name])
        return client

    return sign_in


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_who_sees_the_record_gets_a_clean_picture_with_private_headers(signed_in, photo) -> None:
    response = signed_in("officer").get(f"/files/{photo.pk}/")
    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "private" in response["Cache-Control"]
    assert response["Content-Disposition"].startswith("inline; ")
    assert "filename*=UTF-8''%E6%95%B4%E6%94%B9%E5%89%8D%20%E7%85%A7%E7%89%87.jpg" in response["Content-Disposition"]
    assert not Image.open(io.BytesIO(body(response))).getexif()
    again = signed_in("officer").get(f"/files/{photo.pk}/", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    saved = signed_in("officer").get(f"/files/{photo.pk}/?download=1")
    assert saved["Content-Disposition"].startswith("attachment; ")


def test_the_thumbnail_is_served_alike_and_only_for_pictures(signed_in, cast, photo) -> None:
    response = signed_in("officer").get(f"/files/{photo.pk}/thumb/")
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
    assert "private" in response["Cache-Control"]
    plan = services.attach(cast.actor("officer"), cast.record, samples.upload(samples.pdf(), "方案.pdf"), purpose="plan", at=AT)
    assert signed_in("officer").get(f"/files/{plan.pk}/thumb/").status_code == 404


@pytest.mark.parametrize("part", ["", "thumb/"])
def test_a_sibling_county_gets_the_answer_for_a_file_that_does_not_exist(signed_in, cast, photo, part: str) -> None:
    client = signed_in("sibling")
    assert client.get(f"/files/{photo.pk}/{part}").status_code == 404
    assert client.get(f"/files/{photo.pk + 999}/{part}").status_code == 404


def test_without_signing_in_there_is_no_file(client, photo, settings) -> None:
    settings.LOGIN_URL = "/login/"
    response = client.get(f"/files/{photo.pk}/")
    assert response.status_code == 302
    assert "login" in response["Location"]


def test_a_file_of_a_kind_that_no_app_owns_any_more_is_not_served(signed_in, photo, monkeypatch) -> None:
    monkeypatch.setattr("bihuan.foundation.attachments.registry._owners", {})
    assert signed_in("officer").get(f"/files/{photo.pk}/").status_code == 404


def test_a_document_is_saved_and_a_film_is_served_in_parts(signed_in, cast) -> None:
    officer = cast.actor("officer")
    plan = services.attach(officer, cast.record, samples.upload(samples.docx(), "方案.docx"), purpose="plan", at=AT)
    assert signed_in("officer").get(f"/files/{plan.pk}/")["Content-Disposition"].startswith("attachment; ")
    film = services.attach(officer, cast.record, samples.upload(samples.film(), "现场.mp4"), purpose="before", at=AT)
    client = signed_in("officer")
    part = client.get(f"/files/{film.pk}/", headers={"Range": "bytes=100-299"})
    whole = services.stripped_bytes(film)
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 100-299/{len(whole)}")
    assert body(part) == whole[100:300]
    assert body(client.get(f"/files/{film.pk}/", headers={"Range": "bytes=-10"})) == whole[-10:]
    assert client.get(f"/files/{film.pk}/", headers={"Range": "bytes=999999-"}).status_code == 416


def test_the_original_needs_its_own_right_and_each_reading_is_recorded(signed_in, photo) -> None:
    assert signed_in("reader").get(f"/files/{photo.pk}/original/").status_code == 403
    assert signed_in("sibling").get(f"/files/{photo.pk}/original/").status_code == 404
    response = signed_in("officer").get(f"/files/{photo.pk}/original/")
    assert body(response) == storage.original_path(photo.sm3).read_bytes()
    assert Entry.objects.of(photo).filter(action="attachments.original_read").get().actor_name == "officer"


def test_a_lost_file_is_a_sentence_and_no_fault_of_the_server(signed_in, photo) -> None:
    storage.original_path(photo.sm3).unlink()
    response = signed_in("officer").get(f"/files/{photo.pk}/")
    assert response.status_code == 410
    assert "的文件缺失，请联系系统运维人员" in response.content.decode()
