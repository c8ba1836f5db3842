"""Pictures side by side."""

from __future__ import annotations

from bihuan.foundation.attachments import services
from bihuan.foundation.attachments.cards import before_and_after
from bihuan.foundation.attachments.tests import samples
from bihuan.foundation.attachments.tests.conftest import AT


def test_before_and_after_stand_side_by_side_and_gaps_are_named(cast, django_assert_num_queries) -> None:
    officer = cast.actor("officer")
    assert [card["missing"] for card in before_and_after(cast.record)] == ["待上传", "待上传"]
    for colour in ("red", "green"):
        upload = samples.upload(samples.photo(colour=colour), "a.jpg")
        upload.captured_at = AT
        services.attach(officer, cast.record, upload, purpose="before", at=AT)
    after = services.attach(officer, cast.record, samples.upload(samples.photo(colour="blue", notes=False), "b.jpg"), purpose="after", at=AT)
    with django_assert_num_queries(1):
        shown = before_and_after(cast.record)
    assert [card["caption"] for card in shown] == ["整改前", "整改后", "整改前", "整改后"]
    assert shown[0]["at"] == AT
    assert shown[1]["url"] == f"/files/{after.pk}/"
    assert shown[1]["tag"] == ("无拍摄时间", "gray")
    assert shown[3]["missing"] == "待上传"
