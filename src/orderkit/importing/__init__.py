"""Bringing orders in from a file of order lines. The file and its map: docs/how-to/import-orders.md."""

from orderkit.importing.layout import Layout, read_layout
from orderkit.importing.running import Stage, import_orders
from orderkit.importing.summary import REPORT_COLUMNS, MonthSums, Summary

__all__ = [
    "REPORT_COLUMNS",
    "Layout",
    "MonthSums",
    "Stage",
    "Summary",
    "import_orders",
    "read_layout",
]
