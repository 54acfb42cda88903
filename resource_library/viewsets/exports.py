"""Spreadsheets from the admin's lists, safe to open: no cell begins a formula."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from wagtail.admin.views.mixins import SpreadsheetExportMixin

from resource_library.spreadsheets import safe_cell


class SafeExportMixin(SpreadsheetExportMixin):
    """An export whose texts never become formulas; `export_values` computes columns by name."""

    list_export: Any
    export_values: ClassVar[Mapping[str, Callable[[Any], Any]]] = {}

    def to_row_dict(self, item: Any) -> dict[str, Any]:
        """Return the cells of one row by column."""
        computed = {
            name: self.export_values[name](item)
            for name in self.list_export
            if name in self.export_values
        }
        names = self.list_export
        self.list_export = [name for name in names if name not in computed]
        try:
            plain = super().to_row_dict(item)
        finally:
            self.list_export = names
        return {name: computed[name] if name in computed else plain[name] for name in names}

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        """Return the cell; a text that a spreadsheet would run gets an apostrophe in front."""
        return safe_cell(super().preprocess_field_value(field, value, export_format))
