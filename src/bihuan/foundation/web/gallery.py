"""All components in all states (/_ui/), for developers: only with DEBUG or BIHUAN_UI_GALLERY=1. Invented data."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from . import fields
from .buttons import Button
from .charts import Chart, Limit, Series, Tile, TileMap
from .formats import TONES, Due

NOW = datetime(2025, 3, 7, 2, 32, tzinfo=UTC)


def gallery_open() -> bool:
    """Whether the gallery may be shown."""
    return bool(settings.DEBUG) or os.environ.get("BIHUAN_UI_GALLERY") == "1"


class SampleForm(forms.Form):
    """Every kind of field once."""

    sections = (
        ("基本情况", ["name", "code", "phone", "level", "found_at", "notify"]),
        ("整改要求", ["fine", "count", "detail", "reason", "verdict", "origin", "photos", "papers", "sign"]),
    )
    name = forms.CharField(label="企业名称", max_length=60, help_text="与营业执照一致")
    code = fields.CreditCodeField(label="统一社会信用代码")
    phone = fields.MobileField(label="联系电话", required=False)
    level = forms.ChoiceField(label="隐患等级", choices=[("", "请选择"), ("major", "重大"), ("general", "一般")])
    found_at = fields.DayField(label="发现日期")
    notify = forms.BooleanField(label="同时通知企业主要负责人", required=False)
    fine = fields.MoneyField(label="罚款金额", required=False)
    count = fields.CountField(label="涉及人数", unit="人", required=False)
    detail = forms.CharField(label="隐患描述", widget=forms.Textarea(attrs={"rows": 3}))
    reason = fields.ReasonField(label="退回理由", presets=("照片不清晰", "整改措施未落实到位", "缺少验收记录"), required=False)
    verdict = fields.TripleField(label="检查结论")
    origin = forms.ChoiceField(label="来源", choices=[("self", "企业自查"), ("joint", "市县检查")], widget=forms.RadioSelect, required=False)
    photos = fields.PhotosField(label="现场照片", required=False)
    papers = fields.FilesField(label="附件", required=False)
    sign = fields.SignatureField(label="检查人员签字", required=False)


def sample_context() -> dict[str, Any]:
    """Everything the gallery draws."""
    counties = ["河曲县", "偏关县", "神池县", "代县", "繁峙县", "保德县", "五寨县", "宁武县", "原平市"]
    values = [1, 0, 0, 3, 2, 2, 0, 0, 4]
    tiles = [
        Tile(name, place % 5, place // 5, value, "#tiles", late=1 if value > 2 else 0)
        for place, (name, value) in enumerate(zip(counties, values, strict=True))
    ]
    weeks = [str(week) for week in range(1, 14)]
    return {
        "heading": "界面组件",
        "intro": "每个组件及其全部状态；数据均为虚构",
        "now": NOW,
        "tags": [("重大事故隐患", "redf"), ("逾期 2 天", "red")],
        "crumbs": [("首页", "/"), ("界面组件", "")],
        "buttons": [
            Button("打印", "#", icon="printer"),
            Button("停用", "#", danger=True),
            Button("上报", "#", disabled_reason="尚有 1 项校核未通过"),
            Button("组织复查", "#", icon="clipboard-check", primary=True),
        ],
        "tones": [(tone, {"gray": "待判定", "blue": "待复查", "green": "已销号", "yellow": "待核准方案", "orange": "整改中", "red": "停产整改", "redf": "一级"}[tone]) for tone in TONES],
        "dues": [NOW + timedelta(days=days) for days in (10, 2, 0, -2)] + [Due(NOW.date(), done=True), Due(NOW.date(), words="3月上旬"), None],
        "kpis": [
            {"title": "重大事故隐患 · 未销号", "value": 18, "unit": "条", "url": "#", "note": "逾期 4　累计 94，已销号 76"},
            {"title": "重大隐患整改率", "value": "80.9", "unit": "%", "url": "#", "note": "上周 80.5%，+0.4 个百分点"},
            {"title": "未处置报警", "value": 3, "unit": "条", "url": "#", "note": "一级 1　二级 2", "tone": "red"},
            {"title": "本周调度表", "value": 11, "unit": "/ 14 县已报", "url": "#", "note": "退回 1　未报 2"},
        ],
        "lines": [
            {"title": "逾期提醒", "at": NOW, "text": "系统已通知企业主要负责人、县局", "state": "late"},
            {"title": "企业申请延期", "at": NOW - timedelta(days=3), "who": "王某", "text": "泄爆装置到货延迟", "state": "now", "tag": ("待市局审批", "yellow")},
            {"title": "方案核准", "at": NOW - timedelta(days=12), "who": "张某", "text": "核准“五落实”方案"},
            {"title": "销号公示", "state": "todo"},
        ],
        "steps": [
            {"title": "发现登记", "state": "done", "note": "02-20"}, {"title": "判定确认", "state": "done", "note": "02-20"},
            {"title": "挂牌督办", "state": "done", "note": "02-21"}, {"title": "整改", "state": "late", "note": "逾期 2 天"},
            {"title": "复查验收", "state": ""}, {"title": "销号公示", "state": ""},
        ],
        "pairs": [("督办单位", "忻州市应急管理局"), ("监管责任人", "张某"), ("延期", None)],
        "map": TileMap("重大隐患未销号", tiles, unit="条"),
        "bar_chart": Chart("每周新发现与销号", weeks, [Series("新发现", [12, 10, 9, 11, 8, 6, 4, 1, 5, 8, 7, 6, 7]), Series("销号", [2, 5, 6, 7, 7, 8, 5, 1, 6, 8, 7, 8, 6])], unit="条"),
        "line_chart": Chart("CO 浓度", weeks, [Series("1# 探测器", [18, 20, 22, None, None, 25, 31, 44, 60, 38, 25, 22, 20])], kind="line", unit="ppm", limits=[Limit("高限", 24), Limit("高高限", 50)]),
        "jobs": [
            {"pk": 1, "title": "导出台账", "state": "waiting"}, {"pk": 2, "title": "导出台账", "state": "running", "done": 1200, "total": 4800, "cancel_url": "#"},
            {"pk": 3, "title": "导出台账", "state": "done", "result_url": "#"}, {"pk": 4, "title": "导入企业", "state": "failed", "error": "第 12 行缺少统一社会信用代码。"},
        ],
        "photos": [{"caption": "整改前 除尘器本体", "at": NOW, "missing": "待上传（离线）"}, {"caption": "整改后", "missing": "未上传", "tag": ("整改后", "green")}],
        "bound_tabs": [{"tab": {"title": "未销号", "hot": False}, "count": 18, "current": True, "url": "#"}, {"tab": {"title": "逾期", "hot": True}, "count": 4, "current": False, "url": "#"}],
    }  # fmt: skip


def gallery(request: HttpRequest) -> HttpResponse:
    """The gallery; 404 on a production server."""
    if not gallery_open():
        raise Http404
    form = SampleForm(request.POST, request.FILES) if request.method == "POST" else SampleForm()
    valid = form.is_bound and form.is_valid()
    return render(request, "gallery.html", sample_context() | {"form": form, "valid": valid})
