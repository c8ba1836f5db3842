"""The same notice as a scan, a PDF or a careless typist would give it must read almost the same."""

import random
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.directives_corpus.scoring import ABSENT, OWN, SHARED, cases, score, scorer

SCORER = scorer()
ALL = [case for folder in (SHARED, OWN) for case in cases(folder)]
ALLOWED_LOSS = 0.03


def wrapped(text: str) -> str:
    """Lines of 28 characters as in print, markdown gone, a page number every 22 lines."""
    out: list[str] = []
    for line in text.splitlines():
        rest = line if "\t" in line else re.sub(r"[*#]", "", line.strip())
        while rest:
            width = len(rest) if "\t" in rest else 26 if rest == line.strip() else 28
            out.append(rest[:width])
            rest = rest[width:]
            if len(out) % 25 == 22:
                out += ["", f"— {len(out) // 25 + 1} —", ""]
    return "\n".join(out)


def full_width(text: str) -> str:
    return text.translate(str.maketrans("(),:;0123456789", "（），：；０１２３４５６７８９"))


def half_width(text: str) -> str:
    return text.translate(str.maketrans("（），：；", "(),:;"))


def stray_blanks(text: str) -> str:
    chance = random.Random(1)
    return "".join(c + (" " if c not in "\n\t" and chance.random() < 0.05 else "") for c in text)


@pytest.mark.skipif(SCORER is None, reason=ABSENT)
@pytest.mark.parametrize("spoil", [wrapped, full_width, half_width, stray_blanks], ids=lambda f: f.__name__)
@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in ALL])
def test_layout_noise_costs_next_to_nothing(case, spoil: Callable[[str], str]) -> None:  # type: ignore[no-untyped-def]
    assert SCORER is not None
    before = score(case, SCORER)["all"]["f1"]
    after = score(replace(case, text=spoil(case.text)), SCORER)["all"]["f1"]
    assert after >= before - ALLOWED_LOSS
