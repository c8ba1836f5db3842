"""Template tags of the interface, available in every template without {% load %}.

Values: cn_date, local, iso, money_wan, countdown. Pieces: icon, status, dot, due. Shell: shell_nav, shell_slot.
Larger components are partials of `templates/components/`, drawn with {% include %}; see docs/development/pages.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.template.context import Context
from django.template.loader import get_template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from bihuan.foundation.lib.credit_code import grouped as grouped_code
from bihuan.foundation.lib.times import shanghai

from .. import formats, markup, nav
from ..icons import icon_svg
from ..tables import TablePage, TableState

register = template.Library()


@register.simple_tag
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """{% icon "alert-triangle" %}: an inline icon; give `label` only where no word stands beside it."""
    return icon_svg(name, css, label)


@register.simple_tag
def cn_date(when: date | datetime | None) -> str:
    """{% cn_date d %}: 2025年3月7日."""
    return formats.prose_date(when)


@register.filter
def iso(when: date | datetime | None) -> str:
    """{{ d|iso }}: 2025-03-07."""
    return formats.iso_date(when)


@register.simple_tag
def local(when: datetime | None) -> SafeString | str:
    """{% local dt %}: 2025-03-07 10:32, Asia/Shanghai, as a <time>."""
    if not when:
        return ""
    stamp = shanghai(when).isoformat(timespec="seconds")
    return format_html('<time class="num" datetime="{}">{}</time>', stamp, formats.iso_minute(when))


@register.simple_tag
def money_wan(fen: int | None, unit: str = "万元") -> SafeString:
    """{% money_wan fen %}: money kept in fen, shown in 万元."""
    if fen is None:
        return mark_safe('<span class="muted">—</span>')
    return format_html('<span class="num">{}</span> {}', formats.wan(fen), unit)


@register.simple_tag
def status(value: Any, tone: str = "", icon: str = "") -> SafeString:
    """{% status record.state %} or {% status "整改中" "orange" %}: a coloured tag with its word."""
    return markup.status_tag((value, tone) if tone else value, icon)


@register.simple_tag
def dot(word: str, tone: str = "gray", shape: str = "dot") -> SafeString:
    """{% dot "未报送" "gray" "ring" %}: a small shape and its word."""
    return markup.status_dot(word, tone, shape)


@register.simple_tag(takes_context=True)
def due(context: Context, value: Any) -> SafeString:
    """{% due record.due_at %}: the deadline and 剩 n 天 / 今日到期 / 逾期 n 天; `now` in the context overrides the clock."""
    return markup.due_html(value, context.get("now") or timezone.now())


@register.simple_tag(takes_context=True)
def countdown(context: Context, value: Any) -> SafeString:
    """{% countdown record.due_at %}: only the tag 逾期 2 天, for headings."""
    deadline = markup.due_of(value)
    if not deadline.on or deadline.done:
        return mark_safe("")
    words = formats.due_words(deadline.on, context.get("now") or timezone.now())
    return format_html('<span class="tag {}">{}</span>', words.tone or "gray", words.text)


@register.filter
def percent(part: float, whole: float) -> float:
    """{{ done|percent:total }}: one decimal; 0 of 0 counts as 100."""
    return round(100 * part / whole, 1) if whole else 100.0


@register.filter
def signed(number: int) -> str:
    """{{ change|signed }}: +3, -1, 0."""
    return f"{number:+,}" if number else "0"


@register.filter
def grouped(number: int | None) -> str:
    """{{ n|grouped }}: 12,345."""
    return "" if number is None else f"{number:,}"


@register.simple_tag(takes_context=True)
def shell_nav(context: Context) -> list[nav.Entry]:
    """{% shell_nav as entries %}: the navigation of the person who looks."""
    request = context.get("request")
    return nav.entries_for(context.get("actor"), request.path if request else "")


@register.filter
def nav_groups(entries: list[nav.Entry]) -> list[tuple[str, list[nav.Entry]]]:
    """{% for group, items in entries|nav_groups %}."""
    return nav.grouped(entries)


@register.filter
def phone_entries(entries: list[nav.Entry]) -> list[nav.Entry]:
    """At most four entries for the phone's bottom bar; the fifth is 更多."""
    return [entry for entry in entries if entry.item.phone][:4]


@register.simple_tag(takes_context=True)
def shell_slot(context: Context, name: str) -> SafeString:
    """{% shell_slot "search" %}: what a higher app put in this place of the top bar, or nothing."""
    filler, request = nav.slot(name), context.get("request")
    if filler is None or request is None:
        return mark_safe("")
    return mark_safe(get_template(filler.template).render({"actor": context.get("actor"), **filler.context(request)}, request))


@register.filter
def page_links(table: TablePage, state: TableState) -> list[tuple[int | str, str]]:
    """Page numbers with their addresses around the current one; an empty address stands for a gap."""
    page = table.page
    links: list[tuple[int | str, str]] = []
    if page.has_previous():
        links.append(("‹", state.page_url(page.previous_page_number())))
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1):
        links.append((number, state.page_url(number) if isinstance(number, int) else ""))
    if page.has_next():
        links.append(("›", state.page_url(page.next_page_number())))
    return links


@register.filter
def widget_kind(field: BoundField) -> str:
    """How components/field.html lays a field out: check (one box), group (several), file, text."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple | forms.SplitDateTimeWidget):
        return "group"
    return "file" if isinstance(widget, forms.FileInput) else "text"


@register.simple_tag(name="field")
def draw_field(field: BoundField) -> SafeString:
    """{% field form.name %}: the control alone, with the design's class and its help and error tied to it."""
    widget = field.field.widget
    attrs: dict[str, str | bool] = {}
    if isinstance(widget, forms.Textarea):
        attrs["class"] = "inp area"
    elif isinstance(widget, forms.Select) and not isinstance(widget, forms.RadioSelect):
        attrs["class"] = "sel"
    elif isinstance(widget, forms.TextInput | forms.NumberInput | forms.PasswordInput | forms.DateInput):
        attrs["class"] = "inp"
    if "class" in attrs and widget.attrs.get("class"):
        attrs["class"] = f"{attrs['class']} {widget.attrs['class']}"
    return field.as_widget(attrs=attrs)


@register.filter
def sections(form: Any) -> list[tuple[str, list[BoundField]]]:
    """The fields of `form.sections`, a list of (title, [field names])."""
    return [(title, [form[name] for name in names if name in form.fields]) for title, names in form.sections]


@register.filter
def unlocal(number: float) -> str:
    """A number for an attribute: never with thousands separators."""
    return f"{number:g}" if isinstance(number, int | float) else str(number)


@register.filter
def credit_code(code: str) -> str:
    """{{ enterprise.credit_code|credit_code }}: grouped 2-6-9-1 for reading."""
    return grouped_code(code)


@register.filter
def masked_phone(number: str) -> str:
    """138****2207; showing it whole is a deed of its own, with an audit entry."""
    return f"{number[:3]}****{number[-4:]}" if len(number) == 11 else number


@register.filter
def item(mapping: Mapping[str, Any], key: str) -> Any:
    """{{ row|item:key }}: a mapping's value under a key that the template holds in a variable."""
    return mapping.get(key, "")
