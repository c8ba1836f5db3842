"""Folding, healing of line breaks, headings and parts of sentences."""

import pytest

from bihuan.directives.compiler import compile_text
from bihuan.directives.compiler.folding import Folded
from bihuan.directives.compiler.paragraphs import blocks_of
from bihuan.directives.compiler.sentences import Piece, mask, sentences


def test_every_folded_character_knows_where_it_came_from() -> None:
    source = "**各县(市、区)** 要 于\n6月底前 ,完成.\n"
    folded = Folded.of(source)
    assert folded.text == "各县（市、区）要于6月底前，完成。"
    for index, char in enumerate(folded.text):
        assert source[folded.origin[index]] == char or char in "（），。"


def test_dots_and_commas_of_numbers_stay() -> None:
    assert Folded.of("1.完成1,200家,合格率99.5%.").text == "1.完成1,200家，合格率99.5%。"


def test_a_line_broken_inside_a_word_is_healed_even_across_a_page() -> None:
    source = "各县（市、区）要在今年认真组织开展执法检查，督促企业落实安全生产主体责\n\n- 2 -\n\n任。\n"
    assert [b.text[-5:] for b in blocks_of(source)] == ["主体责任。"]


def test_short_lines_and_headings_are_not_glued() -> None:
    source = "一、总体要求\n二、工作任务\n各县要开展检查。\n附件1\n检查表\n"
    assert [b.text for b in blocks_of(source)] == [
        "一、总体要求",
        "二、工作任务",
        "各县要开展检查。",
        "附件1",
        "检查表",
    ]


def test_rows_of_a_table_are_kept_together() -> None:
    tables = [b for b in blocks_of("说明如下。\n序号\t县\t数\n1\t甲县\t3\n|2|乙县|4|\n") if b.rows]
    assert [[c.text for c in row] for row in tables[0].rows] == [
        ["序号", "县", "数"],
        ["1", "甲县", "3"],
        ["2", "乙县", "4"],
    ]


def test_brackets_and_titles_are_never_cut() -> None:
    text = "按照《甲；乙。丙》要求开展检查（含甲；乙）；报送结果。"
    assert [p.of(text) for p in sentences(text, mask(text), Piece(0, len(text)))] == [
        "按照《甲；乙。丙》要求开展检查（含甲；乙）；",
        "报送结果。",
    ]


HEAD = "测试市应急管理局文件\n测应急〔2025〕1号\n测试市应急管理局关于做好检查工作的通知\n各县（市、区）应急管理局，各有关企业：\n现将有关事项通知如下：\n"
TAIL = "测试市应急管理局\n2025年3月1日\n"


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ("一、任务\n（一）排查。各县要开展排查。\n1.建账。企业要建立台账。\n二、要求\n各县要报送总结。\n", ["一", "一/(一)", "一/(一)/1", "二"]),
        ("第一章 总则\n第一条 目的。各县要开展排查。\n第二条 各企业应当建立台账。\n", ["第一章", "第一条"]),
        ("1. 排查\n各县要开展排查。\n(1)企业要自查。\n(2)各县要抽查。\n2. 报送\n各县要报送总结。\n", ["1", "1/(1)", "1/(2)", "2"]),
        ("(—)排查。各县要开展排查。\n（二）报送。各县要报送总结。\n", ["(一)", "(二)"]),
    ],
)  # fmt: skip
def test_any_numbering_habit_gives_a_tree(body: str, paths: list[str]) -> None:
    found = [s.path for s in compile_text(HEAD + body + TAIL).sections]
    if paths[0] == "第一章":
        assert [p.rsplit("/", 1)[-1] for p in found] == ["一", "一", "二"]
        assert found[1].count("/") == 1
    else:
        assert found == paths


def test_head_and_foot_of_the_notice() -> None:
    notice = compile_text(
        HEAD
        + "一、任务\n各县要于6月底前完成检查。\n附件：检查表\n"
        + TAIL
        + "抄送：省应急管理厅，市政府。\n测试市应急管理局 2025年3月2日印发\n"
    )
    document = notice.document
    assert document.doc_number == "测应急〔2025〕1号"
    assert document.title == "测试市应急管理局关于做好检查工作的通知"
    assert document.issuer == "测试市应急管理局"
    assert str(document.issue_date) == "2025-03-01"
    assert document.issue_date_source == "signature"
    assert str(document.print_date) == "2025-03-02"
    assert document.recipients == ("各县（市、区）应急管理局", "各有关企业")
    assert document.cc == ("省应急管理厅", "市政府")
    assert document.attachments == ("检查表",)
