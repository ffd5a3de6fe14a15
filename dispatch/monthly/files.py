"""A month's report as files, by name."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dispatch.monthly.material import Report
from dispatch.monthly.notes import file_name
from dispatch.monthly.pdf import pdf
from dispatch.monthly.xlsx import xlsx

if TYPE_CHECKING:
    from dispatch.ground import Ground


def files(report: Report, ground: "Ground") -> Mapping[str, bytes]:
    """Return the PDF and the XLSX by their names."""
    return {
        file_name(report, "pdf"): pdf(report, ground),
        file_name(report, "xlsx"): xlsx(report),
    }
