"""The second explanation of the film on screen: asked for, run, kept and compared with the first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from cxrviewer.analysis.pool import default_worker_count
from cxrviewer.errors import CxrViewerError
from cxrviewer.gui.bridge.analysis_runner import window_pool
from cxrviewer.gui.bridge.explainer import Explainer
from cxrviewer.gui.panels.heatmap_panel import HeatmapPanel
from cxrviewer.gui.panels.words import say
from cxrviewer.gui.session import Session
from cxrviewer.gui.viewer.viewer import FilmViewer, ShownFilm
from cxrviewer.inference.explanation import Explanation
from cxrviewer.results.sentences import explanations_agree

_MOST_WORKERS: Final = 2  # each reads the film again


class Explaining(QObject):
    """Carries out ``heatmap.occlusion``. ``said``: a sentence for the status bar."""

    said = Signal(str)

    def __init__(
        self, session: Session, viewer: FilmViewer, panel: HeatmapPanel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._viewer = viewer
        self._panel = panel
        self._actions: Mapping[str, QAction] = {}
        self._explainer = Explainer(self)
        self._explainer.progressed.connect(self._show_progress)
        self._explainer.explained.connect(self._take)
        self._explainer.failed.connect(session.notices.add_error)
        self._explainer.ended.connect(self._show)
        panel.occlusion.requested.connect(self.explain)
        panel.occlusion.cancelled.connect(self._explainer.cancel)
        viewer.film_changed.connect(lambda _: self._show())
        viewer.heatmap_changed.connect(lambda _: self._show())

    def handlers(self) -> dict[str, Callable[..., Any]]:
        """Return what each action calls, by its id."""
        return {"heatmap.occlusion": self.explain}

    def follow(self, actions: Mapping[str, QAction]) -> None:
        """Keep whether the action can be used as the film is."""
        self._actions = actions
        self._show()

    def explain(self) -> None:
        """Run the network on the film on screen with part after part hidden, and show what comes of it."""
        film = self._viewer.film
        if film is None or not self._can_explain(film):
            return
        job = self._session.attempt(self._session.job)
        if job is None:
            return
        scope = film.analysis.scope if film.analysis else None
        if scope is not None and scope.state == "out of scope":  # it is shown because somebody asked for it
            job = replace(job, settings=replace(job.settings, show_out_of_scope=True), recall=None)
        pool = replace(window_pool(), workers=min(_MOST_WORKERS, default_worker_count()), in_background=False)
        self._explainer.start(film.number, film.path, job, pool)
        self._show()

    def close(self) -> None:
        """Stop what runs."""
        self._explainer.close()

    def _can_explain(self, film: ShownFilm) -> bool:
        bundle, analysis = self._session.bundle, film.analysis
        return (
            analysis is not None
            and analysis.prediction is not None
            and bundle is not None
            and analysis.model.sha256 == bundle.sha256
        )

    def _take(self, number: int, explanation: Explanation) -> None:
        if explanation.maps is None:  # refused now, so the file is another than it was
            self._session.notices.add_error(CxrViewerError(explanation.analysis.message))
            return
        self._viewer.keep_explanation(number, explanation)
        film = self._viewer.film
        if film is not None and film.number == number and self._viewer.explanation is None:
            self._session.notices.add(
                self.tr("This film was put right before it was analysed; only films as stored can be explained again.")
            )
            return
        self._viewer.set_heatmap(replace(self._viewer.heatmap, method="occlusion sensitivity", visible=True))
        self.said.emit(self.tr("Occlusion sensitivity is there; the heatmap panel shows it."))

    def _show_progress(self, done: int, total: int) -> None:
        film = self._viewer.film
        if film is not None and film.number == self._explainer.number:
            self._panel.occlusion.show_progress(done, total)

    def _show(self) -> None:
        film = self._viewer.film
        can = film is not None and self._can_explain(film)
        running = film is not None and film.number == self._explainer.number
        if "heatmap.occlusion" in self._actions:
            self._actions["heatmap.occlusion"].setEnabled(can and not running)
        explanation = self._viewer.explanation
        self._panel.offer_methods(occlusion=explanation is not None)
        if running:
            self._panel.occlusion.show_running()
        else:
            self._panel.occlusion.show_idle(can_run=can, words=self._words(explanation))

    def _words(self, explanation: Explanation | None) -> str:
        prediction = explanation.analysis.prediction if explanation else None
        if explanation is None or prediction is None:
            return ""
        wanted = self._viewer.heatmap.finding
        finding = wanted if wanted in prediction.findings else prediction.predicted
        said = explanations_agree(explanation.agreement(finding))
        return say(said.template, **dict(said.fields))
