"""A report as PDF: a page for every film, after a summary where there are several."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from cxrviewer.domain import NOT_FOR_DIAGNOSIS, Analysis
from cxrviewer.inference.bundle import Bundle
from cxrviewer.results.agreement import Agreement
from cxrviewer.results.atomic import written_atomically
from cxrviewer.results.film_pictures import FilmPictures
from cxrviewer.results.pdf_file import PdfFile
from cxrviewer.results.report_film import FilmOnPaper, draw_film, embed_colour_bar, embed_pictures
from cxrviewer.results.report_summary import Summary, Tally
from cxrviewer.version import __version__


def write_report(
    path: Path,
    analyses: Iterable[Analysis],
    pictures: Callable[[Analysis], FilmPictures | None],
    bundle: Bundle,
    *,
    include_patient_data: bool = False,
    agreement: Agreement | None = None,
    audit: Callable[[Analysis], str] | None = None,
) -> int:
    """Write a report on films, in their order, and return their number.

    ``pictures`` gives what is shown of a film with a result, or None (its page then says so); ``bundle`` gives
    thresholds and limits to the results that it made. One film has one page; of several, those with a result have a
    page each, those without are listed with their reasons, and a summary with thumbnails comes first; ``agreement``
    puts the user's labels into it; ``audit`` gives the identifier of an analysis's entry in the audit log.
    A film is written as soon as it is taken, so that memory does not grow with their number. The same films give the
    same bytes. No patient's data unless asked for; file names are shown as they are.
    Raises ExportError where the file cannot be written; nothing is left behind then.
    """
    with written_atomically(path) as stream:
        file = PdfFile(stream, f"cxrviewer report. {NOT_FOR_DIAGNOSIS}", f"cxrviewer {__version__}")
        colour_bar = embed_colour_bar(file)
        tally = Tally(bundle.metadata.findings)
        waiting: FilmOnPaper | None = None  # a film without a result has a page only where it is the only one
        number = 0
        for number, analysis in enumerate(analyses, 1):
            found = pictures(analysis) if analysis.prediction is not None else None
            film = heat = thumb = None
            if found is not None:
                film, heat, thumb = embed_pictures(file, found)
            tally.add(number, analysis, thumb)
            on_paper = FilmOnPaper(number, analysis, film, heat, audit(analysis) if audit else "")
            if analysis.prediction is not None:
                draw_film(file, on_paper, bundle, colour_bar, include_patient_data=include_patient_data)
            elif number == 1:
                waiting = on_paper
        if number == 1 and waiting is not None:
            draw_film(file, waiting, bundle, colour_bar, include_patient_data=include_patient_data)
        if number != 1:
            Summary(file, tally, bundle, f"cxrviewer {__version__}").write(agreement)
        file.close()
    return number
