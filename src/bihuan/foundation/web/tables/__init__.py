"""Tables (表格): columns, filters and tabs declared once give the page, the phone layout and the export files."""

from .columns import Cell, Column
from .filters import BoundFilter, Filter
from .state import Row, Tab, TablePage, TableState

__all__ = ["BoundFilter", "Cell", "Column", "Filter", "Row", "Tab", "TablePage", "TableState"]
