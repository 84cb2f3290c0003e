"""What the canvas writes on a radiograph."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from cxrviewer.domain import HeatmapMethod
from cxrviewer.gui.state.measuring import Length


def length_words(length: Length) -> str:
    """Return a length as it stands beside its line: "12.3 mm", "12.3 mm at the detector", "123.4 pixels"."""
    figure = f"{length.value:.1f}"
    match length.source:
        case "PixelSpacing":
            return QCoreApplication.translate("Canvas", "{length} mm").format(length=figure)
        case "ImagerPixelSpacing":
            return QCoreApplication.translate("Canvas", "{length} mm at the detector").format(length=figure)
    return QCoreApplication.translate("Canvas", "{length} pixels").format(length=figure)


def length_explanation(length: Length) -> str:
    """Return in a sentence where the figure of a length comes from."""
    match length.source:
        case "PixelSpacing":
            return QCoreApplication.translate("Canvas", "Millimetres by the file's Pixel Spacing.")
        case "ImagerPixelSpacing":
            return QCoreApplication.translate(
                "Canvas",
                "Millimetres at the detector, by Imager Pixel Spacing: what lies in the patient is magnified and "
                "smaller than this.",
            )
    return QCoreApplication.translate("Canvas", "The file gives no pixel spacing: the length is in stored pixels.")


def orientation_words(quarter_turns: int, flipped: bool) -> str:
    """Return how a radiograph is turned and flipped against what is stored, or "" where it is not."""
    turns = quarter_turns % 4
    if not flipped:
        return {
            1: QCoreApplication.translate("Canvas", "Turned 90° clockwise"),
            2: QCoreApplication.translate("Canvas", "Turned 180°"),
            3: QCoreApplication.translate("Canvas", "Turned 90° anticlockwise"),
        }.get(turns, "")
    return {
        1: QCoreApplication.translate("Canvas", "FLIPPED left to right, then turned 90° clockwise"),
        2: QCoreApplication.translate("Canvas", "FLIPPED left to right, then turned 180°"),
        3: QCoreApplication.translate("Canvas", "FLIPPED left to right, then turned 90° anticlockwise"),
    }.get(turns, QCoreApplication.translate("Canvas", "FLIPPED left to right"))


def heat_ends(maximum: float) -> tuple[str, str]:
    """Return the words at the two ends of the colour bar; ``maximum`` in units of the logit."""
    most = QCoreApplication.translate("Canvas", "most in this film ({value})").format(value=f"{maximum:.2g}")
    return QCoreApplication.translate("Canvas", "none"), most


def heat_title(finding: str, method: HeatmapMethod) -> str:
    """Return the title of the colour bar."""
    if method == "occlusion sensitivity":
        return QCoreApplication.translate("Canvas", "Evidence for {finding} (occlusion)").format(finding=finding)
    return QCoreApplication.translate("Canvas", "Evidence for {finding}").format(finding=finding)


def no_heat(finding: str) -> str:
    """Return what stands in place of a colour bar where there is nothing to colour."""
    return QCoreApplication.translate("Canvas", "No region speaks for {finding}").format(finding=finding)


def empty_words() -> str:
    """Return what an empty canvas says."""
    return QCoreApplication.translate("Canvas", "No radiograph")


def keys_words() -> str:
    """Return how a radiograph is handled by mouse and keys, for those who cannot see what the mouse does."""
    return QCoreApplication.translate(
        "Canvas",
        "Drag with the right button to change the window, turn the wheel to zoom, drag with the left button to move. "
        "Keys: arrows move, plus and minus zoom, Z held magnifies, Delete removes the selected measurement.",
    )
