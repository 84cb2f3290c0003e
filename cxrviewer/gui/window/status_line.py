"""The status bar: the engine, what is under the pointer, how the film is shown, and that this is not for diagnosis."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStatusBar

from cxrviewer.gui.bridge.engine_state import EngineState, engine_state_text
from cxrviewer.gui.canvas.caption import Caption
from cxrviewer.gui.canvas.compare import CompareView
from cxrviewer.gui.panels.not_for_diagnosis import NotForDiagnosisLine
from cxrviewer.gui.state.cursor import CursorReading

SAID_MS = 6000
_GAP = 6  # pixels, so that neighbours do not read as one sentence


class StatusLine(QObject):
    """Fills a status bar; sentences pass over its left part for some seconds, the rest stays."""

    def __init__(self, bar: QStatusBar, compare: CompareView) -> None:
        super().__init__(bar)
        self._bar = bar
        self._compare = compare
        self.engine, self.reading, self.view = Caption(), Caption(), Caption()  # no sentence may widen the window
        for label in (self.engine, self.reading, self.view):
            label.setContentsMargins(_GAP, 0, _GAP, 0)
        bar.addWidget(self.engine, 1)
        for label in (self.reading, self.view):
            bar.addPermanentWidget(label)
        bar.addPermanentWidget(NotForDiagnosisLine())
        compare.cursor_moved.connect(self._show_reading)
        self.show_engine(EngineState("idle"))

    def say(self, sentence: str) -> None:
        """Show a sentence for some seconds."""
        self._bar.showMessage(sentence, SAID_MS)

    def show_engine(self, state: EngineState) -> None:
        """Say where the engine is."""
        words = engine_state_text(state)
        self.engine.setText(words if len(words) <= 80 else f"{words[:79]}…")
        self.engine.setToolTip(words)

    def show_view(self) -> None:
        """Say how the film of the active view is shown."""
        canvas = self._compare.canvas()
        if canvas.radiograph is None:
            self.view.setText("")
            return
        window = canvas.shown_window()
        text = self.tr("{zoom} %, centre {centre}, width {width}")
        self.view.setText(
            text.format(zoom=round(canvas.zoom() * 100), centre=f"{window.centre:.6g}", width=f"{window.width:.6g}")
        )

    def _show_reading(self, _index: int, reading: CursorReading | None) -> None:
        if reading is None:
            self.reading.setText("")
            return
        if reading.padding:
            text = self.tr("row {row}, column {column}: {stored} (outside the film)")
        elif reading.modality == reading.stored:
            text = self.tr("row {row}, column {column}: {stored}")
        else:
            text = self.tr("row {row}, column {column}: {stored} ({modality} in modality units)")
        self.reading.setText(
            text.format(
                row=reading.row, column=reading.column, stored=reading.stored, modality=f"{reading.modality:.6g}"
            )
        )
