"""Objects that this program wrote beside a film, told apart from films: they are results, and never input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cxrviewer.errors import CorruptFileError, ResultObjectError, StoredResultError
from cxrviewer.reading.translation import corrupt_unless, quiet

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

MANUFACTURER: Final = "cxrviewer"
STRUCTURED_REPORT: Final = "1.2.840.10008.5.1.4.1.1.88.33"  # Comprehensive SR
SECONDARY_CAPTURE: Final = "1.2.840.10008.5.1.4.1.1.7"
PARAMETRIC_MAP: Final = "1.2.840.10008.5.1.4.1.1.30"
_SAID: Final = {
    STRUCTURED_REPORT: "a structured report with a stored result, which 'cxrviewer info FILE' shows",
    SECONDARY_CAPTURE: "a picture of a film under its heatmap",
    PARAMETRIC_MAP: "the heatmap of a film",
}


def refuse_result_object(dataset: Dataset) -> None:
    """Raise ResultObjectError, of a report StoredResultError, where a header is that of what this program wrote."""
    try:
        with corrupt_unless("the DICOM header"), quiet():
            manufacturer, sop_class = str(dataset.get("Manufacturer", "")), str(dataset.get("SOPClassUID", ""))
    except CorruptFileError:
        return  # whatever it is, this program did not write it
    if manufacturer.strip() == MANUFACTURER and sop_class in _SAID:
        named = StoredResultError if sop_class == STRUCTURED_REPORT else ResultObjectError
        raise named(
            f"expected a radiograph, got a result of cxrviewer: {_SAID[sop_class]}. It is left aside; open its film."
        )
