"""Why a film has no picture in an export, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from cxrviewer.gui.exporting.drawn_films import DrawnFilm
from cxrviewer.gui.exporting.listed import CHANGED


def film_problem(film: DrawnFilm) -> str:
    """Return the sentence for a film that could not be drawn; its path is shown as it is."""
    return QCoreApplication.translate("Export", "{path} has no picture: {reason}").format(
        path=film.path, reason=reason_in_words(film.problem)
    )


def reason_in_words(problem: str) -> str:
    """Return the problem of a film in the user's language where it is one that the window knows."""
    if problem == CHANGED:
        return QCoreApplication.translate(
            "Export", "the file is not the one that was analysed any more; analyse it again, and export it then."
        )
    return problem
