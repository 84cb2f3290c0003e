"""How a DICOM file asks to be displayed: modality LUT or rescale, VOI LUT or windows, inversion, padding.

Malformed display information gives a warning and the display without it; it does not spoil the pixels.
"""

from __future__ import annotations

import re
from typing import Any, Final, Literal, TypedDict

import numpy as np
from pydicom.dataset import Dataset

from cxrviewer.domain import LookupTable, Orientation, PixelSpacing, VoiFunction, Window
from cxrviewer.errors import CorruptFileError
from cxrviewer.reading.dicom_header import Header, as_number
from cxrviewer.reading.dicom_pixels import PixelFormat
from cxrviewer.reading.translation import corrupt_unless, quiet

_FUNCTIONS: dict[str, VoiFunction] = {
    "": "LINEAR",
    "LINEAR": "LINEAR",
    "LINEAR_EXACT": "LINEAR_EXACT",
    "SIGMOID": "SIGMOID",
}
_SIDES: Final = re.compile("[APRLHF]{1,3}")  # of a person; animals have others


class Display(TypedDict):
    """The fields of a Radiograph that say how its stored values are shown."""

    slope: float
    intercept: float
    modality_lut: LookupTable | None
    voi_lut: LookupTable | None
    windows: tuple[Window, ...]
    inverted: bool
    padding: tuple[int, int] | None


def display(header: Header, pixels: PixelFormat) -> tuple[Display, tuple[str, ...]]:
    """Return how a header asks for its grey pixels to be shown, and warnings about what in it is malformed."""
    slope, intercept, warnings = rescale(header)
    modality_lut, more = lookup_table(header, "ModalityLUTSequence", first_is_signed=pixels.signed)
    warnings += more
    # A VOI LUT's input is modality values: signed where stored values are, or where rescaling reaches below zero.
    voi_input_is_signed = modality_lut is None and (pixels.signed or intercept < 0 or slope < 0)
    voi_lut, more = lookup_table(header, "VOILUTSequence", first_is_signed=voi_input_is_signed)
    warnings += more
    found_windows, more = windows(header)
    warnings += more
    inverted, more = inversion(header, pixels.photometric)
    shown = Display(
        slope=slope,
        intercept=intercept,
        modality_lut=modality_lut,
        voi_lut=voi_lut,
        windows=found_windows,
        inverted=inverted,
        padding=padding(header, pixels),
    )
    return shown, warnings + more


def rescale(header: Header) -> tuple[float, float, tuple[str, ...]]:
    """Return slope and intercept (PS3.3 C.11.1), 1 and 0 where absent or malformed, and warnings."""
    slope, intercept = header.number("RescaleSlope"), header.number("RescaleIntercept")
    said = header.text("RescaleSlope") or header.text("RescaleIntercept")
    if said and (slope is None or intercept is None or slope == 0.0):
        return (
            1.0,
            0.0,
            ("the header's rescale slope and intercept are malformed; stored values are used as they are",),
        )
    return (1.0 if slope is None else slope), (0.0 if intercept is None else intercept), ()


def lookup_table(header: Header, keyword: str, *, first_is_signed: bool) -> tuple[LookupTable | None, tuple[str, ...]]:
    """Return a LUT sequence's first LUT, None where absent or malformed, and warnings."""
    sequence = header.value(keyword)
    if not sequence:
        return None, ()
    try:
        with corrupt_unless(keyword), quiet():
            return _lookup_table(sequence[0], header.is_big_endian, first_is_signed), ()
    except CorruptFileError:
        return None, (f"the header's {keyword} is malformed and not used",)


def _lookup_table(item: Dataset, big_endian: bool, first_is_signed: bool) -> LookupTable:
    """Build a LUT from its descriptor (entries, first input, bits) and data (PS3.3 C.11.1.1.1)."""
    entries, first, bits = (int(value) for value in item["LUTDescriptor"].value)
    entries = (entries & 0xFFFF) or 65536  # 0 stands for 65,536
    if first_is_signed and first >= 0x8000:  # pydicom has the sign already where the VR is SS
        first -= 0x10000
    if not 8 <= bits <= 16:
        raise ValueError("LUT bits")
    data = item["LUTData"].value
    if isinstance(data, bytes):
        if len(data) in (entries, entries + entries % 2):  # one byte an entry
            values = np.frombuffer(data, np.uint8, count=entries).astype(np.uint16)
        else:
            values = np.frombuffer(data, ">u2" if big_endian else "<u2", count=entries).astype(np.uint16)
    else:
        raw = np.atleast_1d(np.asarray(data, np.int64))
        if raw.size < entries <= 2 * raw.size and bits == 8:  # two 8-bit entries a word
            values = raw.astype(np.dtype("<u2")).view(np.uint8)[:entries].astype(np.uint16)
        else:
            values = (raw[:entries] & 0xFFFF).astype(np.uint16)
    if values.size != entries:
        raise ValueError("LUT data")
    return LookupTable(first, np.minimum(values, (1 << bits) - 1), bits, _explanation(item))


def _explanation(item: Dataset) -> str:
    return str(item.get("LUTExplanation", "") or "")


def windows(header: Header) -> tuple[tuple[Window, ...], tuple[str, ...]]:
    """Return the header's windows in their order, without malformed ones, and warnings (PS3.3 C.11.2.1.2)."""
    centres, widths = _values(header.value("WindowCenter")), _values(header.value("WindowWidth"))
    explanations = [str(value) for value in _values(header.value("WindowCenterWidthExplanation"))]
    said = header.text("VOILUTFunction")
    warnings: tuple[str, ...] = ()
    if said not in _FUNCTIONS:
        warnings += ("the header's VOI LUT function is none of DICOM's; LINEAR is used",)
    function = _FUNCTIONS.get(said, "LINEAR")
    found = []
    for index, (centre, width) in enumerate(zip(centres, widths, strict=False)):
        window = _window(as_number(centre), as_number(width), function, explanations[index : index + 1])
        if window is not None:
            found.append(window)
    if len(found) < max(len(centres), len(widths)):
        warnings += ("a window in the header is malformed (centre without width, or a width that is too small)",)
    return tuple(found), warnings


def _window(centre: float | None, width: float | None, function: VoiFunction, explanation: list[str]) -> Window | None:
    narrowest_is_allowed = width is not None and (width >= 1.0 if function == "LINEAR" else width > 0.0)
    if centre is None or width is None or not narrowest_is_allowed:
        return None
    return Window(centre, width, function, explanation[0].strip() if explanation else "")


def _values(value: Any) -> list[Any]:
    """Return a multi-valued element's values as a list."""
    if value is None or value == "":
        return []
    if isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
        return [value]
    return list(value)


def inversion(header: Header, photometric: str) -> tuple[bool, tuple[str, ...]]:
    """Return whether low values are white, and warnings.

    MONOCHROME1 shows the lowest value white after the VOI transformation (PS3.3 C.7.6.3.1.2). The
    presentation LUT shape INVERSE says the same once more (PS3.3 C.8.11.3.1.2 requires the pair), so both
    together still invert once.
    """
    shape = header.text("PresentationLUTShape")
    if photometric == "MONOCHROME1":
        if shape == "IDENTITY":
            return True, (
                "the header says MONOCHROME1 with the presentation LUT shape IDENTITY; MONOCHROME1 is followed",
            )
        return True, ()
    if shape == "INVERSE":
        return True, ("the header says MONOCHROME2 with the presentation LUT shape INVERSE; the image is inverted",)
    return False, ()


def padding(header: Header, pixels: PixelFormat) -> tuple[int, int] | None:
    """Return the inclusive range of stored values that pad the image (PS3.3 C.7.5.1.1.2), if any."""
    value = header.value("PixelPaddingValue")
    limit = header.value("PixelPaddingRangeLimit")
    try:
        with corrupt_unless("PixelPaddingValue"):
            if value is None or value == "":
                return None
            first = _within(int(value), pixels)
            second = first if limit is None or limit == "" else _within(int(limit), pixels)
    except CorruptFileError:
        return None
    return min(first, second), max(first, second)


def _within(value: int, pixels: PixelFormat) -> int:
    """Return a padding value as the pixels' type has it; some writers give a signed one as unsigned."""
    value &= (1 << pixels.bits_stored) - 1
    if pixels.signed and value >= 1 << (pixels.bits_stored - 1):
        value -= 1 << pixels.bits_stored
    return value


def spacing(header: Header) -> PixelSpacing | None:
    """Return PixelSpacing, which may be calibrated, or else ImagerPixelSpacing, in mm (PS3.3 10.7.1.3)."""
    sources: tuple[Literal["PixelSpacing", "ImagerPixelSpacing"], ...] = (
        "PixelSpacing",
        "ImagerPixelSpacing",
    )
    for source in sources:
        numbers = [as_number(value) for value in _values(header.value(source))]
        if len(numbers) == 2 and numbers[0] and numbers[1] and min(numbers[0], numbers[1]) > 0:
            return PixelSpacing(numbers[0], numbers[1], source)
    return None


def orientation(header: Header) -> Orientation | None:
    """Return which sides of the patient rows and columns run to; None where the file does not say it properly."""
    said = tuple(str(value).strip().upper() for value in _values(header.value("PatientOrientation")))
    if len(said) != 2 or not all(_SIDES.fullmatch(value) for value in said):
        return None
    return Orientation(*said)
