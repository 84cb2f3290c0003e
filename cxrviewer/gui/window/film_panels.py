"""The panels that tell of the film in the active view, kept in step with it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject

from cxrviewer.analysis.job import Treatment
from cxrviewer.domain import Analysis, Appearance, Radiograph
from cxrviewer.gui.panels.facts_panel import FactsPanel, FilmFacts
from cxrviewer.gui.panels.finding_bar import FindingThreshold
from cxrviewer.gui.panels.heatmap_panel import HeatmapPanel
from cxrviewer.gui.panels.network_input_panel import NetworkInputPanel
from cxrviewer.gui.panels.result_panel import ResultPanel, shown_thresholds
from cxrviewer.gui.panels.window_panel import WindowPanel
from cxrviewer.gui.panels.words import warning_words
from cxrviewer.gui.session import Session
from cxrviewer.gui.state.view import HeatmapSettings, ViewSettings, righted
from cxrviewer.gui.viewer.viewer import FilmViewer, ShownFilm
from cxrviewer.imaging.display import default_rendering, default_window_text
from cxrviewer.imaging.presets import presets


class FilmPanels(QObject):
    """Makes the panels and connects them with the viewer."""

    def __init__(self, session: Session, viewer: FilmViewer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._viewer = viewer
        self.result = ResultPanel()
        self.heatmap = HeatmapPanel()
        self.window = WindowPanel()
        self.facts = FactsPanel()
        self.network_input = NetworkInputPanel()
        # The radiograph that the panels of pixels show, and whether the network sees it.
        self._with_pixels: tuple[Radiograph | None, bool] = (None, False)
        self.facts.keep_patient_data_shown(session.preferences.show_patient_data)
        self.heatmap.show_settings(viewer.heatmap)
        viewer.film_changed.connect(self._show_film)
        viewer.view_changed.connect(self._show_view)
        viewer.heatmap_changed.connect(self._show_heatmap)
        session.runner.engine_changed.connect(lambda _: self._show_waiting())
        session.unfinished_changed.connect(lambda _: self._show_waiting())
        session.bundle_changed.connect(self._take_bundle)
        session.stored_results.changed.connect(self._show_stored)
        self.result.finding_chosen.connect(lambda finding: self._change_heatmap(finding=finding, visible=True))
        self.result.put_right_asked.connect(self._put_right)
        self.result.shown_anyway_asked.connect(lambda: self._treat(Treatment(show_out_of_scope=True)))
        self.heatmap.changed.connect(viewer.set_heatmap)
        self.window.changed.connect(viewer.show_view)
        self._show_film(None)

    def _show_film(self, film: ShownFilm | None) -> None:
        self._show_result(film)
        self._show_facts(film)
        radiograph = film.radiograph if film else None
        # A film that is refused is shown, but the network never sees it.
        is_seen = film is not None and (film.analysis is None or film.analysis.prediction is not None)
        if (radiograph, is_seen) == self._with_pixels and radiograph is not None:
            return  # only its result is new
        self._with_pixels = (radiograph, is_seen)
        if radiograph is None:
            self.window.show_nothing()
            self.network_input.show_nothing()
            return
        canvas = self._viewer.compare.canvas()
        self.window.show_film(canvas.view, canvas.opening_window(), presets(radiograph))
        if is_seen and self._session.bundle is not None:
            self.network_input.show_film(partial(default_rendering, radiograph), self._session.bundle.input_spec)
        else:
            self.network_input.show_nothing()

    def _show_waiting(self) -> None:
        """Say anew whether the film waits, runs or was given up, where it has no result."""
        film = self._viewer.film
        if film is not None and film.analysis is None:
            self._show_result(film)

    def _take_bundle(self) -> None:
        self._with_pixels = (None, False)  # another bundle has another input
        self._show_film(self._viewer.film)

    def _show_result(self, film: ShownFilm | None) -> None:
        analysis = film.analysis if film else None
        prediction = analysis.prediction if analysis else None
        self.heatmap.set_findings(prediction.findings if prediction else (), prediction.predicted if prediction else "")
        if film is None:
            self.result.show_nothing()
        elif analysis is not None:
            shown = self._viewer.heatmap.finding
            known = prediction is not None and shown in prediction.findings
            self.result.show_analysis(analysis, self._thresholds(analysis), (shown or "") if known else "")
            self._show_stored()
        elif not self._session.is_queued(film.number):
            self.result.show_unfinished(film.path.name)
        elif self._session.runner.engine_state.phase == "ready":
            self.result.show_running(film.path.name)
        else:
            self.result.show_waiting(film.path.name)

    def _show_stored(self) -> None:
        """Show what the film's study holds of it, or what the report says that is chosen itself."""
        film, known = self._viewer.film, self._session.stored_results
        if film is None or film.analysis is None:
            return
        report = known.of_report(film.path)
        if report is not None:
            self.result.show_stored((report,), None)
            return
        uid = film.radiograph.sop_instance_uid if film.radiograph else ""
        self.result.show_stored(known.of_film(film.analysis, uid), film.analysis)

    def _thresholds(self, analysis: Analysis) -> dict[str, FindingThreshold]:
        """Return the thresholds that decided the result, none where they are those of a bundle that is not at hand."""
        bundle = self._session.bundle
        is_own = bundle is not None and bundle.sha256 == analysis.model.sha256
        return shown_thresholds(analysis.prediction, bundle if is_own else None) if analysis.prediction else {}

    def _show_facts(self, film: ShownFilm | None) -> None:
        if film is None:
            self.facts.show_film(None)
            return
        radiograph, analysis = film.radiograph, film.analysis
        shown = FilmFacts(path=str(film.path))
        if analysis is not None:
            shown = replace(
                shown,
                sha256=analysis.sha256,
                facts=analysis.facts,
                window=analysis.window,
                warnings=warning_words(analysis),
                patient=analysis.patient,
            )
        if radiograph is not None:
            shown = replace(
                shown,
                facts=radiograph.facts,
                window=default_window_text(radiograph),
                spacing=radiograph.spacing,
                warnings=radiograph.warnings,
                patient=radiograph.patient,
            )
        self.facts.show_film(shown)

    def _show_view(self, view: ViewSettings) -> None:
        if self._with_pixels[0] is not None:
            self.window.show_view(view)

    def _show_heatmap(self, settings: HeatmapSettings) -> None:
        self.heatmap.show_settings(settings)
        film = self._viewer.film
        prediction = film.analysis.prediction if film and film.analysis else None
        if prediction is not None:
            known = settings.finding in prediction.findings
            self.result.show_heatmap_of((settings.finding or "") if known else prediction.predicted)

    def _change_heatmap(self, **values: object) -> None:
        self._viewer.set_heatmap(replace(self._viewer.heatmap, **values))

    def _put_right(self, appearance: Appearance) -> None:
        """Analyse the film put right, and show it so; its heatmaps lie on it as stored, and turn with it."""
        if self._viewer.film is not None:
            self._viewer.show_view(righted(self._viewer.compare.canvas().view, appearance))
            self._treat(Treatment(correction=appearance))

    def _treat(self, treatment: Treatment) -> None:
        film = self._viewer.film
        if film is not None:
            self._session.analyse_as(film.number, film.path, treatment)
