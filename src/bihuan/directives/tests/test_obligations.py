"""What an obligation says: actors, kind, strength, boundaries, explanations."""

import pytest

from bihuan.directives.compiler import CompileError, Obligation, compile_text

HEAD = "测试市应急管理局文件\n测应急〔2025〕1号\n测试市应急管理局关于做好检查工作的通知\n各县（市、区）应急管理局，各有关企业：\n一、任务\n"
TAIL = "\n测试市应急管理局\n2025年3月1日\n"


def read(text: str, head: str = HEAD) -> list[Obligation]:
    return list(compile_text(head + text + TAIL).obligations)


def test_making_an_enterprise_act_names_both() -> None:
    (only,) = read("督促金属冶炼企业建立全员安全生产责任制。")
    assert only.actors == ("county_bureau", "enterprise")
    assert only.applies_to == ("metal_smelting",)


def test_a_sentence_without_subject_takes_the_one_before_or_the_addressed_level() -> None:
    first, second = read("各企业要制定应急预案。每年至少开展1次疏散逃生演练。")
    assert first.actors == second.actors == ("enterprise",)
    (alone,) = read("持续开展有限空间专项整治。")
    assert alone.actors == ("county_bureau",)
    assert "推定" in alone.confidence_reason


def test_what_only_an_authority_can_do_is_not_laid_on_the_enterprise() -> None:
    _, second = read("各企业要建立隐患台账。对隐患整改不力的，依法责令停产整顿。")
    assert second.actors == ("county_bureau",)


def test_all_levels_run_from_the_issuer_down() -> None:
    province = "江北省应急管理厅关于加强执法的通知\n各市应急管理局：\n一、任务\n"
    (only,) = read("各级应急部门要制定年度执法计划。", province)
    assert only.actors == ("province_bureau", "city_bureau", "county_bureau")
    assert (only.kind, only.period, only.frequency) == ("recurring", "annual", 1)


def test_a_committee_speaks_to_committees() -> None:
    committee = "测试市安全生产委员会关于开展检查的通知\n各县安委会，市安委会有关成员单位：\n一、任务\n"
    (only,) = read("各县要组织开展联合检查。", committee)
    assert only.actors == ("committee",)


def test_a_county_level_city_addresses_its_towns() -> None:
    county = "东平市应急管理局关于开展检查的通知\n各乡镇（街道），各企业：\n一、任务\n"
    (only,) = read("持续开展有限空间专项整治。", county)
    assert only.actors == ("town",)


def test_what_a_web_page_adds_is_no_obligation() -> None:
    web = "索引号\t0142\t分类\t08\n分享到：微信 打印\n" + HEAD
    found = read(
        "各县要报送总结。\n上一篇：关于召开会议要求的通知\n主办单位：测试市应急管理局，要求见首页\n", web
    )
    assert len(found) == 1


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("各县要于6月底前报送工作总结。", "reporting"),
        ("各县11月底前完成创建标杆企业7家。", "quota"),
        ("企业不得安排未经培训的人员上岗。", "prohibition"),
        ("企业主要负责人每季度至少带队检查1次。", "recurring"),
        ("企业要定期组织应急演练。", "recurring"),
        ("各县6月底前完成调查摸底。", "one_off"),
        ("企业要编制煤气作业操作规程。", "one_off"),
        ("企业要建立隐患排查长效机制。", "standing"),
        ("各企业要形成自查报告备查。", "one_off"),
    ],
)
def test_kind(text: str, kind: str) -> None:
    assert [o.kind for o in read(text)] == [kind]


@pytest.mark.parametrize(
    ("text", "strength"),
    [("企业必须停产整顿。", "must"), ("争取12月底前钢铁企业接入系统。", "should"), ("原则上要涵盖钢铁企业。", "should"), ("鼓励企业使用机器人巡检。", "encouraged")],
)  # fmt: skip
def test_strength(text: str, strength: str) -> None:
    assert [o.strength for o in read(text)] == [strength]


def test_another_subject_date_or_period_opens_another_obligation() -> None:
    found = read("6月底前企业完成改造，各县要组织验收，每季度通报一次进展情况，12月底前报送总结。")
    assert [str(o.deadline or o.period) for o in found] == ["2025-06-30", "None", "quarterly", "2025-12-31"]
    assert [o.actors for o in found[:2]] == [("enterprise",), ("county_bureau",)]


def test_a_date_governs_the_verbs_of_its_sentence_but_not_the_next() -> None:
    found = read("各企业要在6月底前建立风险清单，编制《岗位操作手册》。要制定培训计划。")
    assert [str(o.deadline) for o in found] == ["2025-06-30", "2025-06-30", "None"]


def test_two_forms_of_one_day_are_two_obligations() -> None:
    found = read("每周五前报送周调度统计表（见附件1）、重大事故隐患台账（见附件2）。")
    assert [(o.kind, o.period, o.weekday) for o in found] == [("reporting", "weekly", "friday")] * 2


def test_another_interval_in_brackets_is_an_obligation_of_its_own() -> None:
    found = read("企业主要负责人每季度至少带队检查1次（金属冶炼企业至少每月1次）。")
    assert [(o.period, "metal_smelting" in o.applies_to) for o in found] == [
        ("quarterly", True),
        ("monthly", True),
    ]


def test_checklist_items_turn_into_duties_and_bans() -> None:
    found = read("重点检查企业是否建立清扫制度，是否存在严重积尘。")
    assert [o.kind for o in found] == ["standing", "prohibition"]
    assert all(o.note == "检查清单项" and "enterprise" in o.actors for o in found)


@pytest.mark.parametrize(
    "text",
    [
        "组长由市应急局局长担任，成员由有关部门负责人组成。",
        "要提高政治站位，深刻认识安全生产的重要性。",
        "标杆企业可向评审单位申请直接延期。",
        "夏季高温多雨，极易发生事故。",
    ],
)
def test_slogans_permissions_and_narration_are_left_out(text: str) -> None:
    assert read(text + "各县要报送总结。")[0].text.strip().startswith("各县")
    with pytest.raises(CompileError) as fault:
        compile_text("一、任务\n" + text)
    assert fault.value.code == "not_a_notice"


def test_every_field_can_explain_itself() -> None:
    (only,) = read("各县要于6月底前将检查情况报送市局。")
    reasons = {r.field: (r.rule, r.words) for r in only.why}
    assert reasons["actors"] == ("句中主语", "各县")
    assert reasons["deadline"][1].startswith("6月底")
    assert reasons["kind"][0] == "送交另一机关"
    assert {"text", "strength"} <= reasons.keys()


def test_text_is_the_source_between_the_offsets() -> None:
    source = HEAD + "各县要于\n6月底前，将检查情况\n报送市局。" + TAIL
    notice = compile_text(source)
    assert all(source[o.start : o.end] == o.text for o in notice.obligations)


def test_task_tables_give_owner_and_date() -> None:
    table = "各县要抓好落实。\n附件\n任务分工表\n序号\t重点任务\t责任单位\t完成时限\n1\t建立企业电子档案\t各县应急管理局\t2025年7月底\n"
    task = next(o for o in read(table) if o.section_path == "附件")
    assert (task.actors, str(task.deadline)) == (("county_bureau",), "2025-07-31")


def test_a_table_of_places_is_the_breakdown_of_the_clause_that_names_it() -> None:
    text = "各县要创建标杆企业9家（见附件1）。\n附件：1.创建任务表\n附件1\n创建任务表\n序号\t县区\t创建任务数\n1\t甲县\t4\n2\t乙县\t5\n"
    assert [(s.place, s.value) for s in read(text)[0].breakdown] == [("甲县", 4), ("乙县", 5)]


@pytest.mark.parametrize("text", ["", "  \n ", "hello world", "今天天气很好，我们去公园散步。"])
def test_what_is_no_notice_is_refused_in_chinese(text: str) -> None:
    with pytest.raises(CompileError) as fault:
        compile_text(text)
    assert fault.value.code in {"empty", "not_a_notice"}
    assert fault.value.message.endswith("。")
