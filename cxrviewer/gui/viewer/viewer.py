"""Which film is in which view: decoded by workers, shown as it was left, with the result that the store has of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from cxrviewer.domain import Analysis, Heatmap, Radiograph
from cxrviewer.gui.bridge.decoder import DecodedRadiograph, DecodingFailure
from cxrviewer.gui.canvas.compare import LAYOUTS, CompareView
from cxrviewer.gui.session import Session
from cxrviewer.gui.state.measuring import Measurements
from cxrviewer.gui.state.view import HeatmapSettings, ViewSettings, windowed
from cxrviewer.gui.undo import Step
from cxrviewer.gui.viewer.film_memory import FilmMemory
from cxrviewer.imaging.presets import presets
from cxrviewer.inference.explanation import Explanation
from cxrviewer.results.study_list import Film, film_analysis

_MOST_EXPLANATIONS: Final = 64


@dataclass(frozen=True, eq=False)
class ShownFilm:
    """A film in a view: its number and file, its pixels once they are decoded, and its analysis once there is one."""

    number: int
    path: Path
    radiograph: Radiograph | None = None
    analysis: Analysis | None = None


class FilmViewer(QObject):
    """Shows films of the study list in the views of a CompareView; the active view is the one that films go to.

    Signals: ``film_changed`` (ShownFilm or None: the active view shows another film, or more of it),
    ``activated`` (number or None: another view became the active one), ``view_changed`` (ViewSettings of the active
    view), ``heatmap_changed`` (HeatmapSettings).
    """

    film_changed = Signal(object)
    activated = Signal(object)
    view_changed = Signal(object)
    heatmap_changed = Signal(object)

    def __init__(self, session: Session, compare: CompareView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.compare = compare
        self._memory = FilmMemory()
        self._shown: list[ShownFilm | None] = [None] * max(LAYOUTS)
        self._ahead: tuple[Path, ...] = ()
        self._explanations: dict[int, Explanation] = {}
        self._heatmap = HeatmapSettings(colour_map=session.preferences.colour_map)
        # Panels follow once the film is painted: a presets' percentile must not keep it waiting.
        self._telling = QTimer(self)
        self._telling.setSingleShot(True)
        self._telling.setInterval(0)
        self._telling.timeout.connect(lambda: self.film_changed.emit(self.film))
        for canvas in (compare.canvas(index) for index in range(max(LAYOUTS))):
            canvas.set_heatmap_settings(self._heatmap)
        session.decoder.decoded.connect(self._take_decoded)
        session.decoder.failed.connect(self._take_failure)
        session.films_analysed.connect(self.refresh)
        session.films_waiting.connect(self._read_again)
        compare.view_changed.connect(self._keep_view)
        compare.measurements_changed.connect(self._keep_measurements)
        compare.active_changed.connect(self._tell_activated)

    @property
    def film(self) -> ShownFilm | None:
        """The film in the active view."""
        return self._shown[self.compare.active]

    @property
    def heatmap(self) -> HeatmapSettings:
        """How heatmaps are shown, in all views."""
        return self._heatmap

    @property
    def explanation(self) -> Explanation | None:
        """The second explanation of the film in the active view; None where there is none of its analysis."""
        film = self.film
        return self._explanation_of(film) if film else None

    @property
    def occlusion_map(self) -> Heatmap | None:
        """The occlusion map of the finding that is shown in the active view; None where that is the Grad-CAM."""
        explanation = self.explanation if self._heatmap.method != "Grad-CAM" else None
        prediction = explanation.analysis.prediction if explanation else None
        if explanation is None or prediction is None:
            return None
        wanted = self._heatmap.finding if self._heatmap.finding in prediction.findings else prediction.predicted
        return next((heatmap for heatmap in explanation.heatmaps() if heatmap.finding == wanted), None)

    def keep_explanation(self, number: int, explanation: Explanation) -> None:
        """Keep the second explanation of a film, and show it where that is asked for; the oldest is forgotten."""
        self._explanations.pop(number, None)
        self._explanations[number] = explanation
        while len(self._explanations) > _MOST_EXPLANATIONS:
            del self._explanations[next(iter(self._explanations))]
        self._show_all_heatmaps()
        self._tell()

    def shown_numbers(self) -> tuple[int, ...]:
        """Return the numbers of the films in all views that are shown."""
        return tuple(film.number for film in self._shown[: self.compare.count] if film)

    # Films

    def show_film(self, film: Film | None, ahead: Sequence[Path] = ()) -> None:
        """Show a film in the active view; ``ahead``: files that are likely to be wanted next."""
        self._ahead = tuple(ahead)
        index = self.compare.active
        shown = self._shown[index]
        if film is None:
            if shown is not None:
                self._clear(index)
        elif shown is None or shown.number != film.identifier:
            self._put(index, film)
        self._ask()
        self._tell()

    def set_layout(self, count: int, films: Sequence[Film] = ()) -> None:
        """Show 1, 2 or 4 views; ``films`` go to the views in their order. The active film stays shown, and active."""
        kept = self.film
        if kept is not None and self.compare.active >= count:
            self._move(self.compare.active, count - 1)
        self.compare.set_count(count)
        for index in range(count, max(LAYOUTS)):
            if self._shown[index] is not None:
                self._clear(index)
        if count > 1 and len(films) > 1:
            for index, film in enumerate(films[:count]):
                self._put(index, film)
                if kept is not None and film.identifier == kept.number:
                    self.compare.set_active(index)
        for index in range(count):
            if self._shown[index] is None:
                self.compare.set_message(index, self._invitation())
        self._ask()
        self._tell()

    def forget(self, numbers: Sequence[int]) -> None:
        """Take films that were removed from the list off the views."""
        gone = set(numbers)
        for index, film in enumerate(self._shown):
            if film is not None and film.number in gone:
                self._session.decoder.forget(film.path)
                self._clear(index)
        self._tell()

    def refresh(self, numbers: Sequence[int]) -> None:
        """Read again what the store has of the films in the views, where they are among ``numbers``."""
        changed = set(numbers)
        for index, film in enumerate(self._shown):
            if film is not None and film.number in changed:
                self._shown[index] = replace(film, analysis=self._analysis(film.number))
                self._show_heatmaps(index)
                if index == self.compare.active:
                    self._tell()

    def show_view(self, view: ViewSettings) -> None:
        """Show the film of the active view in another way, and those linked with it."""
        self.compare.canvas().show_view(view)

    def set_heatmap(self, settings: HeatmapSettings) -> None:
        """Show heatmaps in another way; the network is not asked."""
        if settings == self._heatmap:
            return
        another_method = settings.method != self._heatmap.method
        self._heatmap = settings
        for index in range(max(LAYOUTS)):
            self.compare.canvas(index).set_heatmap_settings(settings)
        if another_method:
            self._show_all_heatmaps()
        self.heatmap_changed.emit(settings)

    # What happens in between

    def _put(self, index: int, film: Film) -> None:
        known = self._session.decoder.cache.get(film.path)
        self._shown[index] = ShownFilm(film.identifier, film.path, known, self._analysis(film.identifier))
        self._show_picture(index)

    def _move(self, source: int, target: int) -> None:
        self._shown[target], self._shown[source] = self._shown[source], None
        self.compare.set_radiograph(source, None)
        self._show_picture(target)

    def _clear(self, index: int) -> None:
        self._shown[index] = None
        self.compare.set_radiograph(index, None)
        self.compare.set_message(index, self._invitation() if self.compare.count > 1 else "")

    def _invitation(self) -> str:
        return self.tr("Press here, then choose a film in the study list.")

    def _show_picture(self, index: int) -> None:
        film = self._shown[index]
        assert film is not None
        canvas = self.compare.canvas(index)
        if film.radiograph is None:
            self.compare.set_message(index, self.tr("Reading {name} …").format(name=film.path.name))
        else:
            canvas.set_view(self._view_of(film.number, film.radiograph))
            canvas.set_measurements(self._memory.measurements(film.number))
        self.compare.set_radiograph(index, film.radiograph, film.path.name)
        self._show_heatmaps(index)

    def _show_heatmaps(self, index: int) -> None:
        film = self._shown[index]
        analysis = film.analysis if film else None
        canvas = self.compare.canvas(index)
        if analysis is None or analysis.prediction is None:
            canvas.set_heatmaps(())
        else:
            explanation = self._explanation_of(film) if film and self._heatmap.method != "Grad-CAM" else None
            heatmaps = explanation.heatmaps() if explanation else analysis.heatmaps
            canvas.set_heatmaps(heatmaps, analysis.prediction.predicted)
        canvas.set_lungs(analysis.lungs if analysis else None)

    def _show_all_heatmaps(self) -> None:
        for index, film in enumerate(self._shown):
            if film is not None:
                self._show_heatmaps(index)

    def _explanation_of(self, film: ShownFilm) -> Explanation | None:
        kept, analysis = self._explanations.get(film.number), film.analysis
        if kept is None or analysis is None:
            return None
        return kept if kept.is_of(analysis) else None

    def _view_of(self, number: int, radiograph: Radiograph) -> ViewSettings:
        kept = self._memory.view(number)
        if kept is not None:
            return kept
        wanted = self._session.preferences.default_window
        if wanted == "default":
            return ViewSettings()
        chosen = [preset.window for preset in presets(radiograph) if preset.name == wanted]
        return windowed(ViewSettings(), chosen[0] if chosen else None)

    def _ask(self) -> None:
        """Have the workers decode what the views miss, and then what comes next."""
        shown = [film for film in self._shown if film is not None]
        missing = [film.path for film in shown if film.radiograph is None]
        here = {film.path for film in shown}
        self._session.decoder.show(missing, [path for path in self._ahead if path not in here])
        self._session.runner.prioritise([film.number for film in shown])

    def _read_again(self, numbers: Sequence[int]) -> None:
        """Take films off the views until they are read anew: their files may have changed."""
        waiting = set(numbers)
        for index, film in enumerate(self._shown):
            if film is not None and film.number in waiting:
                self._shown[index] = replace(film, radiograph=None, analysis=self._analysis(film.number))
                self._show_picture(index)
        self._ask()
        self._tell()

    def _take_decoded(self, decoded: DecodedRadiograph) -> None:
        for index, film in enumerate(self._shown):
            if film is not None and film.path == decoded.path and film.radiograph is None:
                self._shown[index] = replace(film, radiograph=decoded.radiograph)
                self._show_picture(index)
                if index == self.compare.active:
                    self._tell()

    def _take_failure(self, failure: DecodingFailure) -> None:
        if failure.kind != "radiograph":
            return
        for index, film in enumerate(self._shown):
            if film is not None and film.path == failure.path and film.radiograph is None:
                said = self.tr("{name} cannot be shown: {reason}")
                self.compare.set_message(index, said.format(name=film.path.name, reason=failure.message))

    def _keep_view(self, index: int, view: ViewSettings) -> None:
        film = self._shown[index]
        if film is not None:
            self._memory.keep_view(film.number, view)
        if index == self.compare.active:
            self.view_changed.emit(view)

    def _keep_measurements(self, index: int, measurements: Measurements) -> None:
        film = self._shown[index]
        if film is None:
            return
        before = self._memory.measurements(film.number)
        set_to = partial(self._set_measurements, film.number)
        text = self._measuring_words(before, measurements)
        self._session.undo.push(Step(text, partial(set_to, measurements), partial(set_to, before)))

    def _set_measurements(self, number: int, measurements: Measurements) -> None:
        self._memory.keep_measurements(number, measurements)
        for index, film in enumerate(self._shown):
            if film is not None and film.number == number and film.radiograph is not None:
                self.compare.canvas(index).set_measurements(measurements)

    def _measuring_words(self, before: Measurements, after: Measurements) -> str:
        if len(after) > len(before):
            return self.tr("Measure a distance")
        if len(after) == len(before):
            return self.tr("Move a measurement")
        return self.tr("Remove measurements")

    def _analysis(self, number: int) -> Analysis | None:
        return self._session.attempt(lambda: film_analysis(self._session.store, number))

    def _tell(self) -> None:
        self._telling.start()

    def _tell_activated(self, _index: int) -> None:
        film = self.film
        self.activated.emit(film.number if film else None)
        self._tell()
