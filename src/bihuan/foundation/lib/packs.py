"""Packs (数据包): versioned, effective-dated YAML tables that a bureau may change without a programmer.

A pack file is one mapping: `kind`, `key`, `title`, `version`, `effective_from`, optional `effective_to`, `source`,
optional `notes`, and `items`, a list of mappings that must fit the schema of its kind. Reading refuses what does not
fit and names file, item and field in Chinese, all faults at once, so that whoever edited the file can mend it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal, TypeAlias

import yaml

from bihuan.foundation.lib.problems import Problem

Value: TypeAlias = "str | int | bool | date | list[Value] | dict[str, Value] | None"
Item: TypeAlias = "dict[str, Value]"
FieldType = Literal["text", "int", "flag", "date", "texts", "list", "map"]

_EMPTY: dict[FieldType, Value] = {"text": "", "int": None, "flag": False, "date": None}
_TYPE_NAMES: dict[FieldType, str] = {
    "text": "文字（编码等数字请加引号）", "int": "整数", "flag": "true 或 false", "date": "日期（如 2023-05-15）",
    "texts": "文字列表", "list": "列表", "map": "键值表",
}  # fmt: skip


class PackError(Problem):
    """One or several packs do not fit; `faults` holds one Chinese line for each thing to mend."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("packs.invalid", "；".join(faults), detail={"faults": list(faults)})
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Field:
    """One field of an item. `choices` and `pattern` bind texts (each of them, for a list of texts)."""

    name: str
    type: FieldType = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    pattern: str = ""

    @property
    def empty(self) -> Value:
        """What an omitted field counts as."""
        if self.type in ("texts", "list"):
            return []
        return {} if self.type == "map" else _EMPTY[self.type]


@dataclass(frozen=True)
class Schema:
    """What items of one kind of pack look like; `key` is the field that names an item and never repeats."""

    kind: str
    key: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Pack:
    """One version of one table, as read from a file; items are complete (omitted fields are filled in)."""

    kind: str
    key: str
    title: str
    version: str
    effective_from: date
    effective_to: date | None
    source: str
    notes: tuple[str, ...]
    items: tuple[Item, ...]
    file: str

    @property
    def digest(self) -> str:
        """SHA-256 over the content, whatever the layout of the file."""
        content = [self.kind, self.key, self.title, self.version, self.effective_from, self.effective_to]
        text = json.dumps([*content, self.source, self.notes, self.items], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Change:
    """An item whose fields differ: name to (before, after)."""

    key: str
    fields: dict[str, tuple[Value, Value]]


@dataclass(frozen=True)
class Diff:
    """What turns one set of items into another, by key, in the order of the sets."""

    added: tuple[str, ...] = ()
    changed: tuple[Change, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def diff(old: Mapping[str, Item], new: Mapping[str, Item]) -> Diff:
    """Compare two sets of items by key; fields that only one side has count as changed."""
    changed = [
        Change(key, fields) for key in new if key in old and (fields := diff_fields(old[key], new[key]))
    ]
    common = sum(1 for key in new if key in old)
    return Diff(
        added=tuple(key for key in new if key not in old),
        changed=tuple(changed),
        removed=tuple(key for key in old if key not in new),
        unchanged=common - len(changed),
    )


def diff_fields(old: Mapping[str, Value], new: Mapping[str, Value]) -> dict[str, tuple[Value, Value]]:
    """Return the fields that differ between two items, name to (before, after)."""
    names = [*new, *(name for name in old if name not in new)]
    return {name: (old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)}


def read_folder(folder: Path, schemas: Mapping[str, Schema]) -> list[Pack]:
    """Read every `*.yaml` of `folder`, ordered by kind, key and effective date; PackError with all faults."""
    if not folder.is_dir():
        raise PackError([f"没有找到数据包目录“{folder}”，请核对路径。"])
    packs: list[Pack] = []
    faults: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            packs.append(read_pack(path, schemas))
        except PackError as error:
            faults.extend(error.faults)
    if not packs and not faults:
        faults.append(f"数据包目录“{folder}”中没有 .yaml 文件。")
    seen: dict[tuple[str, str, str], str] = {}
    for pack in packs:
        first = seen.setdefault((pack.kind, pack.key, pack.version), pack.file)
        if first != pack.file:
            faults.append(f"{pack.file}：与 {first} 的 kind、key、version 相同，请修改版本号或删除其一。")
    if faults:
        raise PackError(faults)
    return sorted(packs, key=lambda pack: (pack.kind, pack.key, pack.effective_from))


def read_pack(path: Path, schemas: Mapping[str, Schema]) -> Pack:
    """Read one file; PackError when it is no YAML, of unknown kind, or does not fit the schema of its kind."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise PackError([f"{path.name}：文件无法读取（须为 UTF-8 文本）：{error}"]) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise PackError([f"{path.name}：不是正确的 YAML：{_place(error)}"]) from error
    return parse_pack(content, schemas, file=path.name)


def parse_pack(content: object, schemas: Mapping[str, Schema], *, file: str) -> Pack:
    """Check an already decoded pack and complete its items; PackError with every fault found."""
    if not isinstance(content, dict):
        raise PackError([f"{file}：最外层应为键值表（kind、key、version、items 等）。"])
    schema = schemas.get(str(content.get("kind")))
    if schema is None:
        known = "、".join(sorted(schemas))
        raise PackError([f"{file}：kind 为“{content.get('kind')}”，不是已知的数据包种类（{known}）。"])
    faults = _check_fields(f"{file}", content, _HEAD)
    raw_items = content.get("items")
    if not isinstance(raw_items, list) or not raw_items:
        raise PackError([*faults, f"{file}：items 应为不空的列表。"])
    items: list[Item] = []
    first_place: dict[str, int] = {}
    for number, raw in enumerate(raw_items, start=1):
        place = f"{file} 第{number}项"
        if not isinstance(raw, dict):
            faults.append(f"{place}：应为键值表。")
            continue
        key = raw.get(schema.key)
        faults.extend(_check_fields(f"{place}（{key}）" if key else place, raw, schema.fields))
        if isinstance(key, str) and (earlier := first_place.setdefault(key, number)) != number:
            faults.append(f"{place}（{key}）：{schema.key} 与第{earlier}项重复，编号不得重复使用。")
        items.append({f.name: f.empty if raw.get(f.name) is None else raw[f.name] for f in schema.fields})
    start, end = content.get("effective_from"), content.get("effective_to")
    if isinstance(start, date) and isinstance(end, date) and end < start:
        faults.append(f"{file}：effective_to 早于 effective_from。")
    if faults:
        raise PackError(faults)
    return Pack(
        kind=content["kind"],
        key=content["key"],
        title=content["title"],
        version=content["version"],
        effective_from=content["effective_from"],
        effective_to=content.get("effective_to"),
        source=content["source"],
        notes=tuple(content.get("notes") or ()),
        items=tuple(items),
        file=file,
    )


_HEAD = (
    Field("kind", required=True),
    Field("key", required=True, pattern=r"[a-z0-9_]+"),
    Field("title", required=True),
    Field("version", required=True),
    Field("effective_from", "date", required=True),
    Field("effective_to", "date"),
    Field("source", required=True),
    Field("notes", "texts"),
    Field("items", "list", required=True),
)


def _check_fields(place: str, raw: Mapping[object, object], fields: Sequence[Field]) -> list[str]:
    known = {field.name for field in fields}
    faults = [f"{place}：不认识的字段“{name}”，请核对拼写。" for name in raw if name not in known]
    for field in fields:
        value = raw.get(field.name)
        if value is None or value == "":
            if field.required:
                faults.append(f"{place}：缺少“{field.name}”。")
        elif not _fits(field.type, value):
            faults.append(f"{place}：“{field.name}”应为{_TYPE_NAMES[field.type]}，现为 {value!r}。")
        else:
            faults.extend(f"{place}：{fault}" for fault in _check_texts(field, value))
    return faults


def _check_texts(field: Field, value: object) -> Iterable[str]:
    texts = value if field.type == "texts" and isinstance(value, list) else [value]
    for text in texts if field.type in ("text", "texts") else []:
        if field.choices and text not in field.choices:
            yield f"“{field.name}”的取值“{text}”不在允许范围（{'、'.join(field.choices)}）。"
        if field.pattern and not re.fullmatch(field.pattern, str(text)):
            yield f"“{field.name}”的取值“{text}”格式不对（应符合 {field.pattern}）。"


def _fits(kind: FieldType, value: object) -> bool:
    if kind == "int":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "date":
        return isinstance(value, date) and not isinstance(value, datetime)
    if kind == "texts":
        return isinstance(value, list) and all(isinstance(text, str) for text in value)
    plain: dict[FieldType, type] = {"text": str, "flag": bool, "list": list, "map": dict}
    return isinstance(value, plain[kind])


def _place(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or str(error)
    return f"第{mark.line + 1}行第{mark.column + 1}列，{reason}" if mark else str(reason)


class _StrictLoader(yaml.SafeLoader):
    """YAML's safe loader that also refuses a key written twice, which otherwise silently loses the first."""


def _mapping(loader: _StrictLoader, node: yaml.MappingNode) -> dict[object, object]:
    seen: set[object] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str | int):
            raise yaml.constructor.ConstructorError(None, None, "键应为文字", key_node.start_mark)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"键“{key}”重复", key_node.start_mark)
        seen.add(key)
    return loader.construct_mapping(node, deep=True)


_StrictLoader.add_constructor("tag:yaml.org,2002:map", _mapping)
