"""Packs: what fits is read whole; what does not is named by file, item and field."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.foundation.lib.packs import (
    Change,
    Field,
    PackError,
    Schema,
    diff,
    parse_pack,
    read_folder,
    read_pack,
)

SCHEMA = Schema(
    kind="limits",
    key="code",
    fields=(
        Field("code", required=True, pattern=r"L-\d+"),
        Field("unit", choices=("ppm", "kPa")),
        Field("value", "int"),
        Field("tags", "texts"),
        Field("verified", "flag"),
        Field("since", "date"),
        Field("facts", "map"),
    ),
)
SCHEMAS = {"limits": SCHEMA}
HEAD = """kind: limits
key: gas
title: 限值
version: "2023"
effective_from: 2023-05-15
source: 某令
"""


def pack_file(folder: Path, items: str, *, name: str = "gas.yaml", head: str = HEAD) -> Path:
    path = folder / name
    path.write_text(head + items, encoding="utf-8")
    return path


def faults_of(folder: Path, items: str, *, head: str = HEAD) -> str:
    with pytest.raises(PackError) as caught:
        read_pack(pack_file(folder, items, head=head), SCHEMAS)
    return "\n".join(caught.value.faults)


def test_a_pack_is_read_and_its_items_completed(tmp_path: Path) -> None:
    pack = read_pack(pack_file(tmp_path, 'items: [{code: L-1, unit: ppm, value: 24, tags: ["a"]}]'), SCHEMAS)
    assert pack.effective_from == date(2023, 5, 15)
    assert pack.effective_to is None
    assert pack.items == (
        {
            "code": "L-1",
            "unit": "ppm",
            "value": 24,
            "tags": ["a"],
            "verified": False,
            "since": None,
            "facts": {},
        },
    )


def test_layout_does_not_change_the_digest_but_content_does(tmp_path: Path) -> None:
    one = read_pack(pack_file(tmp_path, "items: [{code: L-1, value: 24}]"), SCHEMAS)
    two = read_pack(pack_file(tmp_path, "items:\n  - value: 24\n    code: L-1  # same\n"), SCHEMAS)
    three = read_pack(pack_file(tmp_path, "items: [{code: L-1, value: 25}]"), SCHEMAS)
    assert one.digest == two.digest != three.digest


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ("items: [{unit: ppm}]", "gas.yaml 第1项：缺少“code”"),
        ("items: [{code: L-1}, {code: L-1}]", "第2项（L-1）：code 与第1项重复"),
        ("items: [{code: L-1, unti: ppm}]", "不认识的字段“unti”"),
        ("items: [{code: L-1, unit: mmHg}]", "不在允许范围（ppm、kPa）"),
        ("items: [{code: X}]", "格式不对"),
        ("items: [{code: 12}]", "编码等数字请加引号"),
        ("items: [{code: L-1, value: '24'}]", "“value”应为整数"),
        ("items: [{code: L-1, value: true}]", "“value”应为整数"),
        ("items: [{code: L-1, verified: 也许}]", "true 或 false"),
        ("items: [{code: L-1, since: 去年}]", "“since”应为日期"),
        ("items: [{code: L-1, tags: [1]}]", "文字列表"),
        ("items: [{code: L-1, facts: [1]}]", "键值表"),
        ("items: [一]", "第1项：应为键值表"),
        ("items: []", "items 应为不空的列表"),
        ("items: [{code: L-1, code: L-2}]", "键“code”重复"),
        ("items: [{code: L-1", "不是正确的 YAML"),
        ("items: [{code: L-1, since: 2023-02-30}]", "不是正确的 YAML"),
        ("items: !!python/object/apply:os.system [echo]", "不是正确的 YAML"),
    ],
)
def test_a_fault_is_named_with_file_and_item(tmp_path: Path, items: str, expected: str) -> None:
    assert expected in faults_of(tmp_path, items)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = faults_of(
        tmp_path, "items: [{unit: x}, {code: L-2, value: a}]", head=HEAD.replace("title: 限值\n", "")
    )
    assert text.count("\n") == 3
    assert "缺少“title”" in text


def test_head_faults(tmp_path: Path) -> None:
    assert "不是已知的数据包种类" in faults_of(tmp_path, "items: [{code: L-1}]", head="kind: strange\n")
    late = HEAD + "effective_to: 2020-01-01\n"
    assert "effective_to 早于 effective_from" in faults_of(tmp_path, "items: [{code: L-1}]", head=late)
    with pytest.raises(PackError, match="最外层"):
        parse_pack([], SCHEMAS, file="x.yaml")
    (tmp_path / "gbk.yaml").write_bytes("标题".encode("gbk"))
    with pytest.raises(PackError, match="UTF-8"):
        read_pack(tmp_path / "gbk.yaml", SCHEMAS)


def test_a_folder_is_ordered_by_date_and_refuses_the_same_version_twice(tmp_path: Path) -> None:
    later = HEAD.replace("2023", "2027")
    pack_file(tmp_path, "items: [{code: L-1}]", name="a.yaml", head=later)
    pack_file(tmp_path, "items: [{code: L-1}]", name="b.yaml")
    assert [pack.version for pack in read_folder(tmp_path, SCHEMAS)] == ["2023", "2027"]
    pack_file(tmp_path, "items: [{code: L-1}]", name="c.yaml")
    with pytest.raises(PackError, match=r"c\.yaml：与 b\.yaml"):
        read_folder(tmp_path, SCHEMAS)
    with pytest.raises(PackError, match="没有找到数据包目录"):
        read_folder(tmp_path / "none", SCHEMAS)


def test_diff_names_what_was_added_changed_and_removed() -> None:
    result = diff(
        {"a": {"v": 1}, "b": {"v": 1}, "c": {"v": 1}}, {"b": {"v": 1}, "c": {"v": 2}, "d": {"v": 1}}
    )
    assert result.added == ("d",)
    assert result.removed == ("a",)
    assert result.changed == (Change("c", {"v": (1, 2)}),)
    assert result.unchanged == 1
    assert not diff({"a": {"v": 1}}, {"a": {"v": 1}})


ITEMS = st.dictionaries(st.sampled_from("abcdef"), st.fixed_dictionaries({"v": st.integers(0, 2)}))


@given(ITEMS, ITEMS)
def test_applying_a_diff_gives_the_new_set(
    old: dict[str, dict[str, object]], new: dict[str, dict[str, object]]
) -> None:
    result = diff(old, new)  # type: ignore[arg-type]
    applied = {key: value for key, value in old.items() if key not in result.removed}
    applied.update({key: new[key] for key in result.added})
    for change in result.changed:
        applied[change.key] = {
            **applied[change.key],
            **{name: after for name, (_, after) in change.fields.items()},
        }
    assert applied == new
    assert result.unchanged + len(result.added) + len(result.changed) == len(new)
