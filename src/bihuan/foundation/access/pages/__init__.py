"""The five kinds of page. Each names the capability it needs; none can be written without a scope.

`ListPage`, `DetailPage`, `FormPage`, `ActionPage`, `BlankPage` are Django views. `capability` is a key of
`permissions.py`, `SIGNED_IN` (anybody with an account) or `PUBLIC` (no account; for tip-offs and public notices).
Records come from `visible_to(actor)` alone: outside it the answer is 404, as for a record that does not exist.
How to write one: docs/development/pages.md.
"""

from bihuan.foundation.web.buttons import BulkAction, Button

from .door import PUBLIC, SIGNED_IN, BlankPage, Door, Page, is_htmx, pages
from .forms import ActionPage, BulkPage, FormPage, with_problem
from .lists import ListPage
from .records import DetailPage, PartPage, RecordPage, RecordsPage

__all__ = [
    "PUBLIC", "SIGNED_IN", "ActionPage", "BlankPage", "BulkAction", "BulkPage", "Button", "DetailPage", "Door", "FormPage", "ListPage", "Page", "PartPage",
    "RecordPage", "RecordsPage", "is_htmx", "pages", "with_problem",
]  # fmt: skip
