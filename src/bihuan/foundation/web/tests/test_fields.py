"""Fields accept what people type and refuse with a sentence that says what to do."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from bihuan.foundation.accounts.models import User
from bihuan.foundation.lib.credit_code import with_check_character
from bihuan.foundation.web import fields


def refusal(field: forms.Field, value: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        field.clean(value)
    return str(caught.value.messages[0])


def test_money_is_cleaned_to_fen() -> None:
    assert fields.MoneyField().clean("1,420.5") == 1_420_500_000
    assert fields.MoneyField(unit="元").clean("32000") == 3_200_000
    assert fields.MoneyField(required=False).clean("") is None
    assert fields.MoneyField().prepare_value(3_200_000) == "3.2"
    assert fields.MoneyField().prepare_value(100_000_000) == "100"
    assert fields.MoneyField().prepare_value("三万") == "三万"
    assert "不是金额" in refusal(fields.MoneyField(), "三万")
    assert refusal(fields.MoneyField(), "-1") == "金额不能为负数"


def test_days() -> None:
    assert fields.DayField().clean("20250307") == date(2025, 3, 7)
    assert refusal(fields.DayField(), "3月7日") == "“3月7日”不是日期，请写作 2025-03-07"


def test_mobile_numbers() -> None:
    assert fields.MobileField().clean("+86 138-1234-2207") == "13812342207"
    assert fields.MobileField(required=False).clean("") == ""
    assert refusal(fields.MobileField(), "1381234") == "手机号应为 11 位数字"


def test_credit_codes() -> None:
    code = with_check_character("91140921MA0ABCDE4")
    assert fields.CreditCodeField().clean(f" {code[:2].lower()} {code[2:8]} {code[8:].lower()} ") == code
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert "校验位" in refusal(fields.CreditCodeField(), wrong)


def test_counts_and_reasons() -> None:
    assert refusal(fields.CountField(), "-1") == "不能小于 0"
    assert refusal(fields.CountField(), "两") == "请填写整数"
    assert refusal(fields.ReasonField(), "不行") == "理由至少写 4 个字"


def test_files() -> None:
    one, two = SimpleUploadedFile("a.pdf", b"x"), SimpleUploadedFile("b.pdf", b"y")
    assert fields.FilesField().clean([one, two]) == [one, two]
    assert refusal(fields.FilesField(), []) == "请至少选择一个文件"
    assert refusal(fields.FilesField(most=1), [one, two]) == "最多 1 个，现在是 2 个"
    assert "超过 0 MB" in refusal(fields.FilesField(megabytes=0), [one])


def test_photos_keep_the_time_at_which_they_were_taken() -> None:
    class Form(forms.Form):
        photos = fields.PhotosField()

    uploads = MultiValueDict({"photos": [SimpleUploadedFile("a.jpg", b"x"), SimpleUploadedFile("b.jpg", b"y"), SimpleUploadedFile("c.jpg", b"z")]})
    form = Form(QueryDict("photos_taken=1741314600000,rubbish"), uploads)
    assert form.is_valid()
    moments = [getattr(photo, "captured_at", None) for photo in form.cleaned_data["photos"]]
    assert moments == [datetime(2025, 3, 7, 2, 30, tzinfo=UTC), None, None]


def test_signatures() -> None:
    picture = b"\x89PNG\r\n\x1a\n" + b"0" * 20
    assert fields.SignatureField().clean("data:image/png;base64," + base64.b64encode(picture).decode()) == picture
    assert fields.SignatureField(required=False).clean("") == b""
    assert refusal(fields.SignatureField(), "") == "请签字"
    assert "未能识别" in refusal(fields.SignatureField(), "data:image/png;base64,AAAA")
    assert "未能识别" in refusal(fields.SignatureField(), "data:text/html,<script>")


class TestCombo:
    @pytest.fixture
    def people(self, db: None) -> list[User]:
        return [User.objects.create_user(name, name=name) for name in ("甲", "乙", "外")]

    def form(self, data: str) -> forms.Form:
        class Form(forms.Form):
            person = fields.ComboField(User.objects.exclude(name="外"), search_url="web:gallery")

        return Form(QueryDict(data))

    def test_a_chosen_record(self, people: list[User]) -> None:
        form = self.form(f"person={people[0].pk}&person_text=甲")
        assert form.is_valid()
        assert form.cleaned_data["person"] == people[0]

    def test_typed_text_is_enough_without_scripts(self, people: list[User]) -> None:
        form = self.form("person=&person_text=乙")
        assert form.is_valid()
        assert form.cleaned_data["person"] == people[1]

    def test_a_record_out_of_sight_is_refused(self, people: list[User]) -> None:
        assert not self.form(f"person={people[2].pk}&person_text=外").is_valid()
        form = self.form("person=&person_text=外")
        assert form.errors["person"] == ["“外”没有找到，请从列表中选择"]

    def test_what_was_typed_is_shown_again(self, people: list[User]) -> None:
        assert 'value="没有的人"' in str(self.form("person=&person_text=没有的人")["person"])
