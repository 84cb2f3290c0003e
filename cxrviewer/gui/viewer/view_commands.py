"""What the actions on the open radiograph and its heatmap do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QSignalBlocker
from PySide6.QtGui import QAction

from cxrviewer.gui.actions.table import WINDOW_PRESET_ACTIONS
from cxrviewer.gui.canvas.canvas import RadiographCanvas
from cxrviewer.gui.canvas.compare import LAYOUTS
from cxrviewer.gui.state.tools import Tool
from cxrviewer.gui.state.view import HeatmapSettings, ViewSettings
from cxrviewer.gui.viewer.viewer import FilmViewer, ShownFilm
from cxrviewer.imaging.presets import presets
from cxrviewer.results.study_list import Film

_OPACITY_STEP = 0.1
# Without a film there is nothing that these could do.
_NEED_A_FILM = (
    *WINDOW_PRESET_ACTIONS,
    "window.next_of_file", "view.invert", "view.zoom_in", "view.zoom_out", "view.fit", "view.one_to_one",
    "view.clear_distances", "view.rotate_right", "view.rotate_left", "view.flip", "view.reset", "edit.copy_picture",
)  # fmt: skip


class ViewCommands(QObject):
    """Carries out the actions ``view.*``, ``window.*``, ``compare.*`` and ``heatmap.*``, and keeps their ticks right.

    ``chosen_films`` returns the films selected in the study list: several of them fill the views side by side.
    """

    def __init__(
        self, viewer: FilmViewer, chosen_films: Callable[[], tuple[Film, ...]], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._chosen_films = chosen_films
        self._actions: Mapping[str, QAction] = {}

    def handlers(self) -> dict[str, Callable[..., Any]]:
        """Return what each action calls, by its id."""
        found: dict[str, Callable[..., Any]] = {
            action: partial(self._show_preset, preset) for action, preset in WINDOW_PRESET_ACTIONS.items()
        }
        found |= {f"compare.{count}": partial(self._lay_out, count) for count in LAYOUTS}
        on_canvas: dict[str, Callable[[RadiographCanvas], object]] = {
            "view.zoom_in": lambda canvas: canvas.zoom_in(),
            "view.zoom_out": lambda canvas: canvas.zoom_out(),
            "view.fit": lambda canvas: canvas.fit(),
            "view.one_to_one": lambda canvas: canvas.one_to_one(),
            "view.rotate_right": lambda canvas: canvas.turn(1),
            "view.rotate_left": lambda canvas: canvas.turn(-1),
            "view.flip": lambda canvas: canvas.flip(),
            "view.reset": lambda canvas: canvas.reset(),
            "view.clear_distances": lambda canvas: canvas.clear_measurements(),
        }
        found |= {action: partial(self._on_canvas, do) for action, do in on_canvas.items()}
        return found | {
            "window.next_of_file": self._show_next_window,
            "view.invert": lambda _checked: self._on_canvas(lambda canvas: canvas.invert()),
            "view.magnifier": self._viewer.compare.set_magnifier,
            "view.distance": lambda on: self._viewer.compare.set_tool(Tool.MEASURE if on else Tool.PAN),
            "compare.link": self._viewer.compare.set_linked,
            "heatmap.show": lambda on: self._change_heatmap(visible=on),
            "heatmap.next_finding": self._show_next_finding,
            "heatmap.contour": lambda on: self._change_heatmap(style="contour" if on else "fill"),
            "heatmap.grid": lambda on: self._change_heatmap(smooth=not on),
            "heatmap.colour_bar": lambda on: self._change_heatmap(colour_bar=on),
            "heatmap.lungs": lambda on: self._change_heatmap(lungs=on),
            "heatmap.less_opaque": partial(self._change_opacity, -_OPACITY_STEP),
            "heatmap.more_opaque": partial(self._change_opacity, _OPACITY_STEP),
        }

    def follow(self, actions: Mapping[str, QAction]) -> None:
        """Keep the ticks of these actions, and which of them can be used, as the viewer is."""
        self._actions = actions
        self._viewer.view_changed.connect(self._show_view)
        self._viewer.heatmap_changed.connect(self._show_heatmap)
        self._viewer.film_changed.connect(self._show_film)
        self._tick("compare.1", True)
        self._tick("compare.link", self._viewer.compare.linked)
        self._show_heatmap(self._viewer.heatmap)
        self._show_film(None)

    def _on_canvas(self, do: Callable[[RadiographCanvas], object]) -> None:
        canvas = self._viewer.compare.canvas()
        if canvas.radiograph is not None:
            do(canvas)

    def _show_preset(self, name: str) -> None:
        canvas = self._viewer.compare.canvas()
        if canvas.radiograph is not None:
            wanted = [preset.window for preset in presets(canvas.radiograph) if preset.name == name]
            canvas.set_window(wanted[0] if wanted else None)

    def _show_next_window(self) -> None:
        """Go to the file's next window after the one that is shown, around to the first."""
        canvas = self._viewer.compare.canvas()
        if canvas.radiograph is None:
            return
        windows = [None, *canvas.radiograph.windows[1:]]  # None: the default rendering, which is the first of them
        shown = canvas.view.window
        canvas.set_window(windows[(windows.index(shown) + 1) % len(windows)] if shown in windows else None)

    def _lay_out(self, count: int, _checked: bool = True) -> None:
        self._viewer.set_layout(count, self._chosen_films() if count > 1 else ())

    def _show_next_finding(self) -> None:
        film = self._viewer.film
        prediction = film.analysis.prediction if film and film.analysis else None
        if prediction is None:
            return
        shown = self._viewer.heatmap.finding
        findings = prediction.findings
        at = findings.index(shown if shown in findings else prediction.predicted)
        self._change_heatmap(finding=findings[(at + 1) % len(findings)], visible=True)

    def _change_opacity(self, step: float) -> None:
        opacity = min(max(round(self._viewer.heatmap.opacity + step, 2), 0.0), 1.0)
        self._change_heatmap(opacity=opacity)

    def _change_heatmap(self, **values: Any) -> None:
        self._viewer.set_heatmap(replace(self._viewer.heatmap, **values))

    def _tick(self, action: str, on: bool) -> None:
        with QSignalBlocker(self._actions[action]):
            self._actions[action].setChecked(on)
        # A blocked action tells its buttons and menus nothing: this does.
        self._actions[action].changed.emit()

    def _show_view(self, view: ViewSettings) -> None:
        self._tick("view.invert", view.inverted)

    def _show_heatmap(self, settings: HeatmapSettings) -> None:
        self._tick("heatmap.show", settings.visible)
        self._tick("heatmap.contour", settings.style == "contour")
        self._tick("heatmap.grid", not settings.smooth)
        self._tick("heatmap.colour_bar", settings.colour_bar)
        self._tick("heatmap.lungs", settings.lungs)

    def _show_film(self, film: ShownFilm | None) -> None:
        has_pixels = film is not None and film.radiograph is not None
        for action in _NEED_A_FILM:
            self._actions[action].setEnabled(has_pixels)
        prediction = film.analysis.prediction if film and film.analysis else None
        self._actions["heatmap.next_finding"].setEnabled(prediction is not None)
        self._show_view(self._viewer.compare.canvas().view if has_pixels else ViewSettings())
