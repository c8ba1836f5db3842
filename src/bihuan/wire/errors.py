"""The one error of the wire formats."""

from __future__ import annotations


class WireError(ValueError):
    """Input does not follow its format, or a value cannot be expressed in it.

    `code` is stable and lower case (for counters, replies and quarantine reasons); `detail` says what was wrong
    without repeating payload data, so it may be logged.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
