"""Builds the four letters of hazard supervision. They are drafts for an official to sign; none decides a penalty."""

from __future__ import annotations

from pathlib import Path

from docx.document import Document

from bihuan.foundation.documents.template_build import Para, official_letter, save

HERE = Path(__file__).parent
HAZARD_FACTS = (
    "隐患单位：{{ hazard.firm }}（统一社会信用代码：{{ hazard.credit_code }}）。",
    "隐患地点：{{ hazard.place }}。",
    "隐患内容：{{ hazard.detail }}",
    "判定依据：{{ hazard.criterion }}。",
)


def urging_letter() -> Document:
    """督促函: rectification is overdue; asks for completion and a written answer."""
    return official_letter(
        letter=True,
        title=("关于督促按期完成隐患整改的函",),
        body=(
            "截至{{ as_of|cn_date }}，你单位下列{{ hazards|length }}条隐患超过规定期限仍未完成整改：",
            "{%p for hazard in hazards %}",
            Para(
                "{{ loop.index }}. {{ hazard.detail }}（编号{{ hazard.number }}，{{ hazard.level }}，{{ hazard.found_on|cn_date }}发现，"
                "应于{{ hazard.due_on|cn_date }}前完成，已超期{{ hazard.days_overdue }}天）"
            ),
            "{%p endfor %}",
            "请你单位主要负责人亲自组织，逐条落实整改责任、措施、资金、时限和应急预案；整改完成前采取有效防范措施，"
            "不能保证安全的，停止使用相关设施或者从危险区域内撤出作业人员。",
            "请于{{ reply_by|cn_date }}前将整改完成情况及佐证材料报送我局。确需延长期限的，请在到期前书面说明理由，并提出延长后的完成时间。",
            "特此函告。",
        ),
    )


def interview_notice() -> Document:
    """约谈通知: who, when, where, why, what to bring."""
    return official_letter(
        title=("关于约谈{{ interviewee_unit }}的通知",),
        body=(
            "{{ reason }}根据{{ basis }}，决定对你单位进行约谈。现将有关事项通知如下：",
            Para("一、约谈时间和地点", 1),
            "{{ held_at|cn_date }}{{ held_at_time }}，{{ place }}。",
            Para("二、约谈对象", 1),
            "{{ interviewees }}。",
            Para("三、约谈内容", 1),
            "{%p for topic in topics %}",
            Para("{{ loop.index }}. {{ topic }}"),
            "{%p endfor %}",
            Para("四、有关要求", 1),
            "请约谈对象准时参加，携带身份证明和隐患整改情况的书面材料；因故不能参加的，请提前一个工作日书面说明。"
            "约谈形成的整改承诺将纳入后续跟踪督办。",
        ),
    )


def listing_notice() -> Document:
    """挂牌督办通知书: plate number, hazard, demands, progress reports, how it is taken down."""
    return official_letter(
        title=("重大事故隐患挂牌督办通知书",),
        body=(
            "经核查，你单位存在重大事故隐患，现予挂牌督办。有关事项通知如下：",
            Para("一、挂牌编号和督办单位", 1),
            "挂牌编号：{{ plate_number }}；督办单位：{{ supervisor }}；督办联系人：{{ supervising_officer }}。",
            Para("二、隐患基本情况", 1),
            *HAZARD_FACTS,
            Para("三、整改要求", 1),
            "请于{{ due_on|cn_date }}前完成整改，做到整改责任、措施、资金、时限、预案“五落实”：",
            "{%p for demand in demands %}",
            Para("{{ loop.index }}. {{ demand }}"),
            "{%p endfor %}",
            "隐患排除前或者排除过程中无法保证安全的，应当从危险区域内撤出作业人员，暂时停产停业或者停止使用相关设施、设备。",
            Para("四、进展报告和摘牌", 1),
            "每周{{ report_weekday }}前报告整改进展。整改完成后，应当组织验收并向督办单位提出摘牌申请；"
            "督办单位现场核查合格后予以摘牌，核查不合格的继续督办。",
        ),
    )


def delisting_notice() -> Document:
    """摘牌通知书: the hazard is gone, checked by whom and when."""
    return official_letter(
        title=("重大事故隐患摘牌通知书",),
        body=(
            "你单位{{ applied_on|cn_date }}提出的摘牌申请收悉。该重大事故隐患由我局挂牌督办"
            "（挂牌编号：{{ plate_number }}，挂牌日期：{{ listed_on|cn_date }}）。",
            *HAZARD_FACTS,
            "经{{ checked_by }}于{{ checked_on|cn_date }}现场核查，{{ finding }}",
            "现决定自即日起予以摘牌。请你单位举一反三，落实长效防范措施，防止同类隐患再次出现。",
        ),
    )


def build() -> list[Path]:
    """Write the four files beside this module."""
    made = (urging_letter, interview_notice, listing_notice, delisting_notice)
    return [save(make(), HERE / f"{make.__name__}.docx") for make in made]
