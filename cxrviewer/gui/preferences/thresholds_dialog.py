"""Edit > Thresholds: a target for each finding on the bundle's curve, what it costs, and the level of the sets."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.errors import UsageError
from cxrviewer.gui.panels.column import ColumnPanel, WrappedLabel
from cxrviewer.gui.preferences.operating_curve_picture import OperatingCurvePicture
from cxrviewer.inference.bundle import Bundle, Threshold
from cxrviewer.inference.operating_curve import OperatingCurve, OperatingPoint
from cxrviewer.results.chosen_thresholds import ChosenThreshold, ChosenThresholds, choose_threshold
from cxrviewer.results.uncertainty import level_words

_LOWEST_LEVEL, _HIGHEST_LEVEL = 80, 99


class ThresholdRow(QGroupBox):
    """One finding: the bundle's own threshold, or a target for sensitivity or specificity, and what it comes to.

    ``changed`` follows every change by a person.
    """

    changed = Signal()

    def __init__(
        self,
        finding: str,
        own: Threshold,
        curve: OperatingCurve | None,
        chosen: ChosenThreshold | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(finding, parent)
        self._own, self._curve = own, curve
        self.target = QComboBox()
        self.target.setAccessibleName(self.tr("{finding}: what its threshold is chosen for").format(finding=finding))
        for words, value in (
            (self.tr("The bundle's own"), ""),
            (self.tr("Sensitivity of at least"), "sensitivity"),
            (self.tr("Specificity of at least"), "specificity"),
        ):
            self.target.addItem(words, value)
        self.at_least = QDoubleSpinBox()
        self.at_least.setAccessibleName(self.tr("{finding}: target in per cent").format(finding=finding))
        self.at_least.setRange(0.0, 100.0)
        self.at_least.setDecimals(1)
        self.at_least.setSingleStep(0.5)
        self.at_least.setSuffix(" %")
        self.trade_off = WrappedLabel()
        self.picture = None if curve is None else OperatingCurvePicture(curve)
        self._lay_out()
        self.show_choice(chosen)
        self.target.currentIndexChanged.connect(self._take)
        self.at_least.valueChanged.connect(self._take)

    def _lay_out(self) -> None:
        fields = QHBoxLayout()
        fields.addWidget(self.target, 1)
        fields.addWidget(self.at_least)
        words = QVBoxLayout()
        words.addLayout(fields)
        words.addWidget(self.trade_off)
        words.addStretch(1)
        layout = QHBoxLayout(self)
        layout.addLayout(words, 1)
        if self.picture is not None:
            layout.addWidget(self.picture)

    def show_choice(self, chosen: ChosenThreshold | None) -> None:
        """Show a choice, None the bundle's own."""
        self.target.setCurrentIndex(self.target.findData(chosen.target if chosen else ""))
        self.at_least.setValue(100 * chosen.at_least if chosen else 95.0)
        self._show_trade_off()

    def choice(self) -> ChosenThreshold | None:
        """Return what is chosen, None for the bundle's own; UsageError where no threshold reaches the target."""
        target, at_least = self.target.currentData(), round(self.at_least.value() / 100, 4)
        if not target or self._curve is None:
            return None
        return choose_threshold(self._curve, **{target: at_least})

    def problem(self) -> str:
        """Return why the choice cannot be met, "" where it can."""
        try:
            self.choice()
        except UsageError:
            words = self.tr("No threshold reaches {number} % on these films; choose a lower one.")
            return words.format(number=f"{self.at_least.value():g}")
        return ""

    def _take(self) -> None:
        self._show_trade_off()
        self.changed.emit()

    def _show_trade_off(self) -> None:
        self.target.setEnabled(self._curve is not None)
        self.at_least.setEnabled(bool(self.target.currentData()))
        problem = self.problem()
        if problem:
            self.trade_off.say(problem)
            return
        chosen = self.choice() or self._own
        films = self._own.fitted_on if self._curve is None else self._curve.fitted_on
        words = self.tr("Threshold {number}: sensitivity {sensitivity}, specificity {specificity} on {films}.")
        self.trade_off.say(
            words.format(
                number=f"{chosen.probability:.3f}",
                sensitivity=f"{chosen.sensitivity:.3f}",
                specificity=f"{chosen.specificity:.3f}",
                films=films,
            )
        )
        if self.picture is not None:
            self.picture.show_point(OperatingPoint(chosen.probability, chosen.sensitivity, chosen.specificity))


class ThresholdsDialog(QDialog):
    """Edits the thresholds and the level by which a bundle's answers are decided.

    ``saved`` carries ChosenThresholds and the level (0: the bundle's own), on OK and on Apply, once all can be met.
    """

    saved = Signal(object, float)

    def __init__(
        self, bundle: Bundle, chosen: ChosenThresholds, level: float = 0.0, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Thresholds"))
        self._bundle = bundle
        metadata = bundle.metadata
        curves = metadata.operating_curves or {}
        self.rows = {
            finding: ThresholdRow(finding, threshold, curves.get(finding), chosen.by_finding.get(finding))
            for finding, threshold in metadata.thresholds.items()
        }
        self.level = QDoubleSpinBox()
        self._page = ColumnPanel(self.tr("Thresholds"))
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok
            | QDialogButtonBox.StandardButton.Cancel
            | QDialogButtonBox.StandardButton.Apply
            | QDialogButtonBox.StandardButton.RestoreDefaults
        )
        self._add_words(bool(curves))
        self._add_level(level)
        for row in self.rows.values():
            self._page.column.addWidget(row)
            row.changed.connect(self._check)
        self._page.column.addStretch(1)
        self._connect_buttons()
        layout = QVBoxLayout(self)
        layout.addWidget(self._page, 1)
        layout.addWidget(self.buttons)
        self.resize(620, 640)

    def _add_words(self, has_curves: bool) -> None:
        identity = self._bundle.identity
        said = self.tr(
            "For {name} {version} alone: another version of the bundle has thresholds of its own. The network does not "
            "run again."
        )
        self._page.column.addWidget(WrappedLabel(said.format(name=identity.name, version=identity.version)))
        if not has_curves:
            self._page.column.addWidget(
                WrappedLabel(self.tr("This bundle has no operating curves to choose other thresholds on."))
            )

    def _add_level(self, level: float) -> None:
        conformal = self._bundle.metadata.conformal
        self.level.setDecimals(0)
        self.level.setSuffix(" %")
        name = QLabel(self.tr("&Level of prediction sets"))
        name.setBuddy(self.level)
        said = self.tr("How often the set holds the finding, for films like those that the bundle was fitted on.")
        if conformal is None:
            self.level.setEnabled(False)
            said = self.tr("This bundle has no prediction sets; a result is uncertain where the thresholds say so.")
        else:
            highest = min(_HIGHEST_LEVEL, int(100 * conformal.levels[-1] + 1e-6))
            self.level.setRange(min(_LOWEST_LEVEL, highest), highest)
            self.level.setValue(100 * (level or conformal.level))
        self.level.setAccessibleName(self.tr("Level of prediction sets"))
        self.level.setAccessibleDescription(said)
        row = QHBoxLayout()
        row.addWidget(name)
        row.addWidget(self.level)
        row.addStretch(1)
        self._page.column.addLayout(row)
        words = WrappedLabel(said, is_selectable=False)
        words.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        self._page.column.addWidget(words)

    def _connect_buttons(self) -> None:
        self.buttons.accepted.connect(self._save_and_close)
        self.buttons.rejected.connect(self.reject)
        self.buttons.button(QDialogButtonBox.StandardButton.Apply).clicked.connect(self._save)
        self.buttons.button(QDialogButtonBox.StandardButton.RestoreDefaults).clicked.connect(self.show_own)

    def show_own(self) -> None:
        """Show the bundle's own thresholds and level in the fields."""
        for row in self.rows.values():
            row.show_choice(None)
        conformal = self._bundle.metadata.conformal
        if conformal is not None:
            self.level.setValue(100 * conformal.level)
        self._check()

    def values(self) -> tuple[ChosenThresholds, float]:
        """Return what the fields say: the chosen thresholds, and the level, 0 where it is the bundle's own."""
        by_finding = {finding: choice for finding, row in self.rows.items() if (choice := row.choice()) is not None}
        conformal = self._bundle.metadata.conformal
        level = round(self.level.value() / 100, 2)
        own = conformal is None or level_words(level) == level_words(conformal.level)
        return ChosenThresholds(self._bundle.identity, by_finding), 0.0 if own else level

    def _check(self) -> None:
        can_be_met = not any(row.problem() for row in self.rows.values())
        for button in (QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Apply):
            self.buttons.button(button).setEnabled(can_be_met)

    def _save(self) -> None:
        self.saved.emit(*self.values())

    def _save_and_close(self) -> None:
        self._save()
        self.accept()
