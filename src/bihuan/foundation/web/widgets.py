"""Controls behind the house's fields. Each works without scripts; static/forms.js makes it comfortable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from .icons import icon_svg

Attrs = dict[str, Any] | None
MILLISECOND_DIGITS = 15
"""A longer number is no time of a picture."""


class TripleWidget(forms.RadioSelect):
    """Three large buttons: 符合, 不符合, 不涉及."""

    def render(self, name: str, value: Any, attrs: Attrs = None, renderer: BaseRenderer | None = None) -> SafeString:
        """Draw it."""
        icons = {"ok": "check", "no": "x", "na": "minus"}
        buttons = format_html_join(
            "",
            '<label class="{}"><input type="radio" name="{}" value="{}"{}><span>{}{}</span></label>',
            (
                (key, name, key, mark_safe(" checked") if value == key else "", icon_svg(icons.get(str(key), "dots")), label)
                for key, label in self.choices
            ),
        )
        return format_html('<div class="tri" id="{}">{}</div>', (attrs or {}).get("id", name), buttons)


class ReasonWidget(forms.Textarea):
    """A text with ready-made reasons to pick from."""

    def __init__(self, presets: Sequence[str] = (), attrs: Attrs = None) -> None:
        self.presets = tuple(presets)
        super().__init__(attrs={"rows": 3, **(attrs or {})})

    def render(self, name: str, value: Any, attrs: Attrs = None, renderer: BaseRenderer | None = None) -> SafeString:
        """Draw it."""
        area = super().render(name, value, attrs, renderer)
        chips = format_html_join(
            " ", '<button type="button" class="chip" data-preset="{}">{}</button>', ((name, text) for text in self.presets)
        )
        return format_html('{}<div class="acts mt-1" data-needs-js>{}</div>', area, chips) if self.presets else area


class FilesWidget(forms.FileInput):
    """Several files."""

    allow_multiple_selected = True
    accept = ".pdf,.docx,.xlsx,image/*"
    words = "选择文件"
    hint = "PDF、docx、xlsx 或图片，每个不超过 20 MB"
    extra: dict[str, Any] = {}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """All uploads under the name."""
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)

    def render(self, name: str, value: Any, attrs: Attrs = None, renderer: BaseRenderer | None = None) -> SafeString:
        """Draw it."""
        given = {"type": "file", "name": name, "accept": self.accept, "multiple": True, **self.extra, **self.attrs, **(attrs or {})}
        return format_html(
            '<div class="drop" data-files><input{}><p class="help">{}{}</p><ul class="files"></ul></div>',
            mark_safe(flatatt(given)),
            icon_svg("upload"),
            self.hint,
        )


class PhotosWidget(FilesWidget):
    """Photos from the camera or the album."""

    accept = "image/*"
    hint = "拍照或从相册选择；过大的照片会先在本机压缩"
    extra = {"capture": "environment", "data-photos": "1600"}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The uploads; each gets `captured_at`, the device's time of the picture, where the browser told it."""
        uploads = super().value_from_datadict(data, files, name) or []
        moments = [part for part in data.get(f"{name}_taken", "").split(",") if part]
        for upload, moment in zip(uploads, moments, strict=False):
            known = moment.isdecimal() and len(moment) < MILLISECOND_DIGITS
            upload.captured_at = datetime.fromtimestamp(int(moment) / 1000, UTC) if known else None
        return uploads

    def render(self, name: str, value: Any, attrs: Attrs = None, renderer: BaseRenderer | None = None) -> SafeString:
        """Draw it, with a place for the times at which the pictures were taken."""
        return format_html('{}<input type="hidden" name="{}_taken" data-taken>', super().render(name, value, attrs, renderer), name)


class SignatureWidget(forms.TextInput):
    """A canvas; the picture travels as a data URL in a hidden field."""

    def render(self, name: str, value: Any, attrs: Attrs = None, renderer: BaseRenderer | None = None) -> SafeString:
        """Draw it."""
        own = (attrs or {}).get("id", f"id_{name}")
        return format_html(
            '<div data-signature><canvas class="sign" aria-label="在此手写签字" role="img"></canvas>'
            '<input type="hidden" name="{}" id="{}" value="{}"><button type="button" class="bt sm" data-clear>清除重签</button>'
            '<noscript><p class="err">签字需要开启浏览器脚本；也可打印后手签，再作为照片上传。</p></noscript></div>',
            name, own, value or "",
        )  # fmt: skip


class ComboWidget(forms.TextInput):
    """A text field whose answers come from the server as one types; the chosen record's id is kept beside it."""

    def __init__(self, search_url: str, attrs: Attrs = None) -> None:
        self.search_url = search_url
        self.label_of: Callable[[Any], str] = lambda value: ""
        super().__init__(attrs)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """(id, typed text)."""
        return data.get(name, ""), data.get(f"{name}_text", "").strip()

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Whether neither came."""
        return name not in data and f"{name}_text" not in data

    def render(self, name: str, value: Any, attrs: Attrs = None, renderer: BaseRenderer | None = None) -> SafeString:
        """Draw it."""
        key, typed = value if isinstance(value, tuple) else (value or "", "")
        own = (attrs or {}).pop("id", f"id_{name}")
        given = {
            "class": "inp", "id": own, "name": f"{name}_text", "value": typed or self.label_of(key), "autocomplete": "off", "role": "combobox",
            "aria-expanded": "false", "aria-controls": f"{own}_list", "aria-autocomplete": "list", "placeholder": "输入名称或代码，至少 2 个字",
            "hx-get": reverse(self.search_url), "hx-trigger": "input changed delay:300ms", "hx-target": f"#{own}_list",
            "hx-vals": f'{{"for": "{name}"}}', **self.attrs, **{k: v for k, v in (attrs or {}).items() if k != "class"},
        }  # fmt: skip
        return format_html(
            '<div class="combo" data-combo><input{}><input type="hidden" name="{}" value="{}"><div class="combo-list" id="{}_list" role="listbox"></div></div>',
            mark_safe(flatatt(given)), name, key or "", own,
        )  # fmt: skip
