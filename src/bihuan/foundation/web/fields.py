"""Form fields of the house: they accept what people type, and refuse with a sentence that says what to do."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model, Q, QuerySet

from bihuan.foundation.lib import credit_code, money

from .tables.filters import parse_date
from .widgets import ComboWidget, FilesWidget, PhotosWidget, ReasonWidget, SignatureWidget, TripleWidget

PNG_PREFIX = "data:image/png;base64,"
PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
MAX_SIGNATURE_BYTES = 200_000


class DayField(forms.DateField):
    """A day: 2025-03-07, 20250307 or 2025年3月7日 may be typed."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"data-date": "", "inputmode": "numeric", "placeholder": "2025-03-07", "autocomplete": "off"})
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        """Read the day."""
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value
        try:
            return parse_date(str(value))
        except ValueError as fault:
            raise ValidationError(str(fault), code="invalid") from None


class MoneyField(forms.CharField):
    """An amount typed in 万元 (or 元), cleaned to fen."""

    def __init__(self, *, unit: str = "万元", smallest: int = 0, **kwargs: Any) -> None:
        if unit not in {"万元", "元"}:
            raise ValueError("unit is 万元 or 元")
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        self.unit = unit
        self.smallest = smallest
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Fen to the unit on screen; what was typed stays as typed."""
        if not isinstance(value, int):
            return value
        shown = money.fen_to_wan(value) if self.unit == "万元" else money.fen_to_yuan(value)
        return f"{shown:f}".rstrip("0").rstrip(".")

    def clean(self, value: Any) -> Any:
        """Fen, or None for an empty optional field."""
        text = super().clean(value)
        if text in self.empty_values:
            return None
        try:
            fen = money.wan_to_fen(text) if self.unit == "万元" else money.yuan_to_fen(text)
        except ValueError as fault:
            raise ValidationError(str(fault), code="invalid") from None
        if fen < self.smallest:
            raise ValidationError("金额不能为负数" if self.smallest == 0 else f"金额不能低于 {self.prepare_value(self.smallest)} {self.unit}")
        return fen


class CountField(forms.IntegerField):
    """A whole number of things, 0 or more."""

    def __init__(self, *, unit: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 0)
        kwargs.setdefault("error_messages", {"invalid": "请填写整数", "min_value": "不能小于 %(limit_value)s"})
        self.unit = unit
        super().__init__(**kwargs)


class MobileField(forms.CharField):
    """A mainland mobile number: 11 digits; blanks, hyphens and +86 are removed."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """The digits."""
        text = str(super().clean(value))
        digits = "".join(mark for mark in text if mark.isdigit())
        if text.strip().startswith("+86"):
            digits = digits[2:]
        if text and (len(digits) != 11 or not digits.startswith("1")):
            raise ValidationError("手机号应为 11 位数字", code="invalid")
        return digits


class CreditCodeField(forms.CharField):
    """统一社会信用代码 (GB 32100-2015): upper-cased, blanks removed, check character verified."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"data-credit-code": "", "autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"})
        )
        kwargs.setdefault("help_text", "18 位，可连同空格粘贴")
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """The 18 characters."""
        code = credit_code.normalise(str(super().clean(value)))
        fault = credit_code.check(code) if code else None
        if fault:
            raise ValidationError(fault, code="invalid")
        return code


class ReasonField(forms.CharField):
    """A reason: one of the presets, or words of one's own, at least four characters."""

    def __init__(self, *, presets: Sequence[str] = (), **kwargs: Any) -> None:
        kwargs.setdefault("min_length", 4)
        kwargs.setdefault("widget", ReasonWidget(presets))
        kwargs.setdefault("error_messages", {"min_length": "理由至少写 4 个字"})
        super().__init__(**kwargs)


class TripleField(forms.ChoiceField):
    """One checklist item: 符合 (ok), 不符合 (no), 不涉及 (na)."""

    CHOICES = (("ok", "符合"), ("no", "不符合"), ("na", "不涉及"))

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", TripleWidget())
        super().__init__(choices=self.CHOICES, **kwargs)


class FilesField(forms.FileField):
    """Several files. Content is judged by foundation/attachments; here only number and size."""

    def __init__(self, *, most: int = 9, megabytes: int = 20, **kwargs: Any) -> None:
        kwargs.setdefault("widget", FilesWidget())
        self.most = most
        self.megabytes = megabytes
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """The uploads, in order."""
        uploads: Iterable[Any] = data if isinstance(data, list | tuple) else [data] if data else []
        files = [super(FilesField, self).clean(item, None) for item in uploads]
        if not files and self.required:
            raise ValidationError("请至少选择一个文件", code="required")
        if len(files) > self.most:
            raise ValidationError(f"最多 {self.most} 个，现在是 {len(files)} 个", code="many")
        for file in files:
            if file.size > self.megabytes * 1024 * 1024:
                raise ValidationError(f"“{file.name}”超过 {self.megabytes} MB", code="large")
        return files


class PhotosField(FilesField):
    """Photos: the phone offers its camera; large ones are made smaller on the device."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", PhotosWidget())
        super().__init__(**kwargs)


class SignatureField(forms.CharField):
    """A handwritten signature, drawn on a canvas; cleaned to the bytes of a PNG (empty when not signed)."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", SignatureWidget())
        kwargs.setdefault("error_messages", {"required": "请签字"})
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """The picture's bytes."""
        text = str(super().clean(value))
        if not text:
            return b""
        try:
            picture = base64.b64decode(text.removeprefix(PNG_PREFIX), validate=True)
        except binascii.Error:
            raise ValidationError("签字未能识别，请清除后重签", code="invalid") from None
        if not picture.startswith(PNG_MAGIC) or len(picture) > MAX_SIGNATURE_BYTES:
            raise ValidationError("签字未能识别，请清除后重签", code="invalid")
        return picture


class ComboField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One record found by typing. `search_url` names a page that answers ?q= with components/combo_options.html.

    Without scripts the typed text is matched exactly on `match` (name, code). `queryset` must be narrowed to the
    actor's sight by the page: a record outside is refused.
    """

    def __init__(self, queryset: QuerySet[Any], *, search_url: str, match: Sequence[str] = ("name",), **kwargs: Any) -> None:
        self.match = tuple(match)
        kwargs.setdefault("widget", ComboWidget(search_url))
        super().__init__(queryset, **kwargs)
        self.widget.label_of = self._label_of

    def __deepcopy__(self, memo: dict[int, Any]) -> ComboField:
        """Each form's copy labels from its own queryset, which pages set on it."""
        copied: ComboField = super().__deepcopy__(memo)
        copied.widget.label_of = copied._label_of
        return copied

    def _label_of(self, value: Any) -> str:
        record = self.queryset.filter(pk=value).first() if str(value).isdecimal() and self.queryset is not None else None
        return self.label_from_instance(record) if record else ""

    def to_python(self, value: Any) -> Model | None:
        """The record chosen, or the only one that is called exactly so."""
        key, typed = value if isinstance(value, tuple) else (value, "")
        if key not in self.empty_values:
            return cast("Model | None", super().to_python(key))
        if not typed or self.queryset is None:
            return None
        condition = Q()
        for name in self.match:
            condition |= Q(**{name: typed})
        records = list(self.queryset.filter(condition)[:2])
        if len(records) != 1:
            raise ValidationError(f"“{typed}”{'不止一个' if records else '没有找到'}，请从列表中选择", code="invalid_choice")
        only: Model = records[0]
        return only
