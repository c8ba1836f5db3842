"""Random and mutated input: no crash but CompileError, offsets always valid, work that grows with length only."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.directives.compiler import CompileError, compile_text
from tests.directives_corpus.scoring import OWN, SHARED, cases

SOURCES = [case.text for folder in (OWN, SHARED) for case in cases(folder)]
ALPHABET = "各县市区企业要于前月底年12日。，；：、（）()《》“”一二三(四)1.2.①附件\n\t |报送每季度周五不得至少次家%督促对的由是否、—-*#　 "
RELAXED = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def check(text: str) -> None:
    try:
        notice = compile_text(text)
    except CompileError:
        return
    for item in notice.obligations:
        assert 0 <= item.start < item.end <= len(text)
        assert text[item.start : item.end] == item.text
        assert item.kind in {"one_off", "recurring", "standing", "prohibition", "quota", "reporting"}
        assert item.actors
        assert 0 < item.confidence <= 1
    for section in notice.sections:
        assert 0 <= section.start < section.end <= len(text)
    notice.to_json()


@RELAXED
@given(st.text(max_size=400))
def test_any_text(text: str) -> None:
    check(text)


@RELAXED
@given(st.text(alphabet=ALPHABET, max_size=600))
def test_text_that_looks_like_a_notice(text: str) -> None:
    check(text)


@RELAXED
@given(st.integers(min_value=0), st.sampled_from(range(len(SOURCES))))
def test_mutated_notices(seed: int, index: int) -> None:
    chance = random.Random(seed)
    text = SOURCES[index]
    for _ in range(chance.randint(1, 8)):
        a, b = sorted(chance.sample(range(len(text)), 2))
        cut = text[a : min(b, a + 400)]
        place = chance.randrange(len(text))
        match chance.randrange(4):
            case 0:
                text = text[:a] + text[a + len(cut) :]
            case 1:
                text = text[:place] + cut + text[place:]
            case 2:
                text = text[:place] + "".join(chance.choices(ALPHABET, k=20)) + text[place:]
            case _:
                text = text[:a] + text[a:b].replace("。", chance.choice(["", "\n", "。。", "."])) + text[b:]
        if len(text) < 10:
            break
    check(text)


@pytest.mark.parametrize(
    "text",
    ["（" * 3000 + "要", "，要报送" * 3000, "一、" * 2000, "每" * 5000, "督促企业" * 2000, "至少1次" * 3000, "“" * 4000, "12月" * 3000, "\t|\n" * 3000, "各县（市、区）" * 1500],
    ids=["brackets", "commas", "headings", "each", "oversight", "bounds", "quotes", "months", "cells", "places"],
)  # fmt: skip
def test_repetition_does_no_harm(text: str) -> None:
    check(text)
    check("一、任务\n" + text + "。")
