"""The result of the open film in words, bars and facts about where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cxrviewer.errors import OutOfScopeError
from cxrviewer.gui.panels.column import ColumnPanel, WrappedLabel, copy_text
from cxrviewer.gui.panels.finding_bar import FindingBar, FindingThreshold, FindingValue
from cxrviewer.gui.panels.not_for_diagnosis import NotForDiagnosisLine, not_for_diagnosis
from cxrviewer.gui.panels.origin import Origin
from cxrviewer.gui.panels.stored_lines import StoredLines
from cxrviewer.gui.panels.warning_lines import WarningLines
from cxrviewer.gui.panels.words import headline, probability_words, refusal_words, say, uncertain_words, warning_words
from cxrviewer.gui.theme import scaled_font
from cxrviewer.results.lung_words import lung_words
from cxrviewer.results.uncertainty import set_words, threshold_words

if TYPE_CHECKING:
    from cxrviewer.domain import Analysis, Prediction
    from cxrviewer.inference.bundle import Bundle
    from cxrviewer.results.dicom.stored_result import StoredResult

Thresholds = Mapping[str, FindingThreshold]


def shown_thresholds(prediction: Prediction, bundle: Bundle | None) -> dict[str, FindingThreshold]:
    """Return the thresholds that decided a prediction: those that a person chose, else its bundle's where at hand."""
    if prediction.thresholds is not None:
        pairs = zip(prediction.findings, prediction.thresholds, strict=True)
        return {finding: FindingThreshold(threshold) for finding, threshold in pairs}
    thresholds = bundle.metadata.thresholds.items() if bundle else ()
    return {finding: FindingThreshold(entry.probability, entry.chosen_for) for finding, entry in thresholds}


class ResultPanel(QWidget):
    """Shows one film's state: nothing open, waiting, running, or its analysis (ok, refused, error).

    ``finding_chosen`` carries the finding whose heatmap a person asks for by pressing its bar, ``put_right_asked`` as
    what the film is to be put right and analysed; ``shown_anyway_asked``: it is to be analysed in spite of its scope.
    """

    finding_chosen = Signal(str)
    put_right_asked = Signal(str)
    shown_anyway_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Result"))
        self.headline = WrappedLabel()
        self.explanation = WrappedLabel()
        self.bars: dict[str, FindingBar] = {}
        self._analysis: Analysis | None = None  # the one whose bars are shown
        self._bars = QVBoxLayout()
        self._bars.setSpacing(2)
        self.lungs = WrappedLabel()
        self.warnings = WarningLines()
        self.stored = StoredLines()
        self.put_right = QPushButton()
        self.put_right.clicked.connect(lambda: self.put_right_asked.emit(self._appearance))
        self.show_anyway = QPushButton(self.tr("Show Anyway"))
        self.show_anyway.clicked.connect(self.shown_anyway_asked)
        self._appearance = "upright"
        self.details = WrappedLabel()
        self.details.setFrameShape(QFrame.Shape.StyledPanel)
        self.details.setMargin(6)
        self.show_details = QPushButton(self.tr("Details"))
        self.show_details.setCheckable(True)
        self.show_details.toggled.connect(self.details.setVisible)
        self.copy_details = QPushButton(self.tr("Copy the Details"))
        self.copy_details.clicked.connect(lambda: copy_text(self.details.said))
        self.origin = Origin()
        self._lay_out()
        self._emphasise()
        self.show_nothing()

    def _lay_out(self) -> None:
        scrolled = ColumnPanel(self.tr("Result"))
        for part in (self.headline, self.explanation):
            scrolled.column.addWidget(part)
        scrolled.column.addLayout(self._bars)
        scrolled.column.addWidget(self.lungs)
        scrolled.column.addWidget(self.warnings)
        scrolled.column.addWidget(self.stored)
        for button in (self.put_right, self.show_anyway):
            scrolled.column.addWidget(button)
        buttons = QHBoxLayout()
        buttons.addWidget(self.show_details)
        buttons.addWidget(self.copy_details)
        scrolled.column.addLayout(buttons)
        scrolled.column.addWidget(self.details)
        scrolled.column.addWidget(self.origin)
        scrolled.column.addStretch(1)
        line = NotForDiagnosisLine()
        line.setWordWrap(True)  # at 200 % text size it needs two lines
        line.setMargin(6)  # a margin counts in a label's height for width, contents margins do not
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled, 1)
        layout.addWidget(line)  # below what scrolls: always there

    def show_nothing(self) -> None:
        """Say that no film is open."""
        self._begin(self.tr("No film is open"))
        self.explanation.say(self.tr("Open or drop radiographs to see what the network says of them."))

    def show_waiting(self, name: str) -> None:
        """Say that a film waits for its turn."""
        self._begin(self.tr("Waiting"))
        self.explanation.say(self.tr("{name} will be analysed when it is its turn.").format(name=name))

    def show_running(self, name: str) -> None:
        """Say that a film is being analysed."""
        self._begin(self.tr("Running"))
        self.explanation.say(self.tr("{name} is being analysed.").format(name=name))

    def show_unfinished(self, name: str) -> None:
        """Say that a film has no result, and that nobody works on one."""
        self._begin(self.tr("No result yet"))
        said = self.tr("{name} has not been analysed. Films > Analyse Unfinished Films does it.")
        self.explanation.say(said.format(name=name))

    def show_analysis(self, analysis: Analysis, thresholds: Thresholds | None = None, heatmap: str = "") -> None:
        """Show a result, a refusal or an error.

        thresholds: those of the bundle that gave the result, None where it is not at hand. heatmap: the finding whose
        heatmap is shown, "" the predicted one.
        """
        self._begin(headline(analysis))
        if analysis.prediction is None:
            self.explanation.say(refusal_words(analysis) or analysis.message)
            self._offer_details(analysis)
        else:
            self._analysis = analysis
            self._add_bars(analysis.prediction, thresholds or {})
            self.explanation.say(self._explained(analysis.prediction, thresholds or {}))
            self.show_heatmap_of(heatmap or analysis.prediction.predicted)
        self.warnings.show_warnings(warning_words(analysis))
        self._offer_treatment(analysis)
        self.origin.show_analysis(analysis)

    def show_stored(self, stored: Sequence[StoredResult], fresh: Analysis | None) -> None:
        """Show the results that the film's study holds beside the fresh one, None where there is none of the film."""
        self.stored.show_stored(stored, fresh)

    def show_heatmap_of(self, finding: str) -> None:
        """Mark the bar of the finding whose heatmap is shown, and say how much of it lies inside the lungs; "" marks
        none.
        """
        for name, bar in self.bars.items():
            bar.setChecked(name == finding)
        self._say_lungs(lung_words(self._analysis, finding, say) if self._analysis is not None else "")

    def as_text(self) -> str:
        """Return all that the panel says, for the clipboard and for screen readers."""
        lines = [self.headline.said, self.explanation.said]
        lines += [bar.accessibleName() for bar in self.bars.values()]
        lines += [self.lungs.said, self.stored.said, self.details.said, self.origin.as_text(), not_for_diagnosis()]
        return "\n".join(line for line in lines if line)

    def _begin(self, title: str) -> None:
        self.headline.say(title)
        self.explanation.say("")
        while (taken := self._bars.takeAt(0)) is not None:
            taken.widget().setParent(None)
            taken.widget().deleteLater()
        self.bars = {}
        self._analysis = None
        self._say_lungs("")
        self.warnings.show_warnings(())
        self.stored.show_stored((), None)
        self.origin.clear()
        self.details.say("")
        self.show_details.setChecked(False)
        for part in (self.show_details, self.details, self.copy_details, self.put_right, self.show_anyway):
            part.setVisible(False)

    def _add_bars(self, prediction: Prediction, thresholds: Thresholds) -> None:
        for finding in prediction.findings:
            value = FindingValue(
                finding,
                prediction.probability(finding),
                finding == prediction.predicted,
                finding in prediction.flagged,
                thresholds.get(finding),
            )
            bar = FindingBar(value)
            bar.clicked.connect(lambda _checked, finding=finding: self._choose(finding))
            self.bars[finding] = bar
            self._bars.addWidget(bar)

    def _say_lungs(self, text: str) -> None:
        self.lungs.say(text)
        self.lungs.setVisible(bool(text))

    def _choose(self, finding: str) -> None:
        self.show_heatmap_of(finding)
        self.finding_chosen.emit(finding)

    def _explained(self, prediction: Prediction, thresholds: Thresholds) -> str:
        """Return in a sentence or two what the headline means."""
        number = probability_words(prediction.probability(prediction.predicted))
        if prediction.level is not None:
            said = self.tr("Most probable: {finding}, calibrated probability {number}.")
        elif uncertain_words(prediction):
            said = self.tr("Most probable: {finding} {number}. The thresholds do not single it out.")
        else:
            said = self.tr("Only {finding} reaches its threshold. Calibrated probability: {number}.")
        said = said.format(finding=prediction.predicted, number=number)
        said = " ".join(filter(None, (said, set_words(prediction, say), threshold_words(prediction, say))))
        chosen_for = {threshold.chosen_for for threshold in thresholds.values() if threshold.chosen_for}
        if len(chosen_for) == 1:
            said += " " + self.tr("Thresholds were chosen for: {purpose}.").format(purpose=chosen_for.pop())
        return said

    def _offer_treatment(self, analysis: Analysis) -> None:
        """Offer to put the film right where it seems to lie wrongly, and to show it where it is withheld."""
        self._appearance = analysis.scope.appearance if analysis.scope else "upright"
        said = {
            "inverted": self.tr("Analyse with Black and White Exchanged"),
            "mirrored": self.tr("Analyse Mirrored Back"),
        }
        self.put_right.setText(said.get(self._appearance, self.tr("Analyse Turned Upright")))
        self.put_right.setVisible(self._appearance != "upright")
        self.show_anyway.setVisible(analysis.code == OutOfScopeError.code)

    def _offer_details(self, analysis: Analysis) -> None:
        rows = (
            (self.tr("Status"), analysis.status),
            (self.tr("Code"), analysis.code),
            (self.tr("Message"), analysis.message),
            (self.tr("File"), analysis.path),
            (self.tr("SHA-256 of the file"), analysis.sha256 or "-"),
        )
        self.details.say("\n".join(f"{name}: {value}" for name, value in rows))
        self.show_details.setVisible(True)
        self.copy_details.setVisible(True)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Keep the headline larger than the rest where the size of text changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._emphasise()

    def _emphasise(self) -> None:
        font = scaled_font(self.font(), 1.35)
        font.setBold(True)
        self.headline.setFont(font)
        self.headline.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
