"""What is said of a retrieval: while it runs, and once it has ended."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from cxrviewer.gui.pacs.retrieval import RetrievalEnd, RetrievalProgress
from cxrviewer.gui.panels.warning_lines import Level


def progress_words(progress: RetrievalProgress, locale: QLocale) -> str:
    """Return how far a retrieval is: "Study 2 of 5: 12 of 40 objects, 96 MB, 11 MB a second"."""
    count = locale.toString
    if progress.total is None:
        objects = QCoreApplication.translate("Retrieval", "objects: {done}").format(done=count(progress.done))
    else:
        objects = QCoreApplication.translate("Retrieval", "{done} of {total} objects").format(
            done=count(progress.done), total=count(progress.total)
        )
    said = [objects, locale.formattedDataSize(progress.byte_count, 1, QLocale.DataSizeFormat.DataSizeSIFormat)]
    if progress.bytes_per_second > 0:
        rate = locale.formattedDataSize(round(progress.bytes_per_second), 1, QLocale.DataSizeFormat.DataSizeSIFormat)
        said.append(QCoreApplication.translate("Retrieval", "{rate} a second").format(rate=rate))
    words = ", ".join(said)
    if progress.parts > 1:
        words = QCoreApplication.translate("Retrieval", "{part} of {parts} chosen: {words}").format(
            part=count(progress.part), parts=count(progress.parts), words=words
        )
    return words


def share_done(progress: RetrievalProgress) -> float | None:
    """Return how much of a retrieval is done, from 0 to 1; None where the node does not tell."""
    if progress.total is None:
        return None
    of_part = (progress.done + progress.failed) / progress.total if progress.total else 1.0
    return min(1.0, (progress.part - 1 + of_part) / progress.parts)


def end_words(end: RetrievalEnd, locale: QLocale) -> tuple[str, Level]:
    """Return what came of a retrieval, and how bad it is; what its error says is for others to say."""
    translate = QCoreApplication.translate
    level: Level = "warning"
    if end.error is not None:
        level = "error"
        words = translate("Retrieval", "Objects that arrived before, and are opened: {count}.") if end.paths else ""
    elif end.cancelled and end.paths:
        words = translate(
            "Retrieval", "Cancelled. Objects that had arrived, and are opened: {count}; the others were not fetched."
        )
    elif end.cancelled:
        level = "information"
        words = translate("Retrieval", "Cancelled before anything had arrived.")
    elif end.failed or end.problems:
        words = translate(
            "Retrieval", "Objects that arrived and are opened: {count}; that could not be fetched: {failed}."
        )
    elif not end.paths:
        words = translate("Retrieval", "Nothing arrived: what was chosen holds no radiographs.")
    else:
        level = "information"
        words = translate("Retrieval", "Objects that arrived and are opened: {count}.")
    filled = words.format(count=locale.toString(len(end.paths)), failed=locale.toString(end.failed))
    return " ".join((filled, *end.problems)).strip(), level
