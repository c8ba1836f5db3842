"""`python -m tests.access_matrix.update`: write the missing rows of matrix.yaml; read the diff before committing it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Write, and say what still has to be filled in by hand."""
    sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
    os.environ["DJANGO_SETTINGS_MODULE"] = "bihuan.config.settings_test"
    import django  # noqa: PLC0415 - the path must be set first

    django.setup()
    from tests.access_matrix import matrix  # noqa: PLC0415

    before = matrix.read()
    after = {section: matrix.merged(section, doors) for section, doors in matrix.found().items()}
    matrix.write(after)
    for section, known in after.items():
        for name, row in known.items():
            if name not in before[section]:
                sys.stdout.write(f"+ {section} {name}: {row}\n")
            if "?" in (row["capability"], row.get("record"), *row.get("with", {}).values()):
                sys.stdout.write(f"? {section} {name}: fill in by hand\n")
        for name in before[section].keys() - known.keys():
            sys.stdout.write(f"- {section} {name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
