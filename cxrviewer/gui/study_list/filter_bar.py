"""Widgets that say which films of the study list are shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.gui.icons import icon
from cxrviewer.gui.study_list.columns import status_word
from cxrviewer.gui.study_list.flow_layout import FlowLayout
from cxrviewer.results.study_list import EVERYTHING, FILM_STATUSES, Filter, ProbabilityRange

TYPING_DELAY_MS: Final = 200


class FilterBar(QWidget):
    """Puts a Filter together and tells of it: a line with the text, and conditions that ``more`` shows and hides.

    Signals: ``filter_changed`` (Filter; at once, but while a person types only when they pause), ``resort_requested``
    (the films are to be put in order again). ``set_filter`` shows a filter, and tells of it where it is another.
    """

    filter_changed = Signal(object)
    resort_requested = Signal()

    def __init__(self, findings: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told = EVERYTHING
        self._is_taking = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TYPING_DELAY_MS)
        self._timer.timeout.connect(self._tell)
        self._make_conditions()
        self._make_line()
        self._lay_out()
        self.set_findings(findings)
        self._connect()

    @property
    def current_filter(self) -> Filter:
        """The filter that the widgets show."""
        finding = self.probability_finding.currentData()
        probability = None
        if finding is not None:
            probability = ProbabilityRange(finding, _value(self.minimum), _value(self.maximum))
        return Filter(
            text=self.text.text(),
            finding=self.finding.currentData(),
            status=self.status.currentData(),
            probability=probability,
            uncertain=True if self.uncertain.isChecked() else None,
            labelled=False if self.unlabelled.isChecked() else None,
        )

    def set_filter(self, wanted: Filter) -> None:
        """Show a filter; a finding that there is no choice for is added to the choices."""
        probability = wanted.probability or ProbabilityRange("")
        self._is_taking = True  # all of it is one change
        try:
            self.text.setText(wanted.text)
            _choose(self.finding, wanted.finding)
            _choose(self.status, wanted.status)
            _choose(self.probability_finding, probability.finding or None)
            self.minimum.setValue(probability.minimum)
            self.maximum.setValue(probability.maximum)
            self.uncertain.setChecked(wanted.uncertain is True)
            self.unlabelled.setChecked(wanted.labelled is False)
        finally:
            self._is_taking = False
        if self._condition_count():
            self.more.setChecked(True)
        self._tell()

    def set_findings(self, findings: tuple[str, ...]) -> None:
        """Offer these findings; what is chosen stays chosen."""
        for box, first in (
            (self.finding, self.tr("Any finding")),
            (self.probability_finding, self.tr("Any probability")),
        ):
            chosen = box.currentData()
            with QSignalBlocker(box):
                box.clear()
                box.addItem(first, None)
                for finding in findings:
                    box.addItem(finding, finding)
                _choose(box, chosen)
        self._tell()

    def clear(self) -> None:
        """Show all films."""
        self.set_filter(EVERYTHING)

    def set_counts(self, shown: int, listed: int) -> None:
        """Say how many films of the list are shown."""
        locale = self.locale()
        if shown == listed:
            self.count.setText(self.tr("Films: {count}").format(count=locale.toString(listed)))
        else:
            text = self.tr("Films: {shown} of {count}")
            self.count.setText(text.format(shown=locale.toString(shown), count=locale.toString(listed)))

    def set_out_of_order(self, value: bool) -> None:
        """Offer to put the films in order again."""
        self.resort.setVisible(value)

    def focus_text(self) -> None:
        """Go to the field for text, and select what is in it."""
        self.text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.text.selectAll()

    def _make_line(self) -> None:
        self.text = QLineEdit(self)
        self.text.setPlaceholderText(self.tr("Find in name or folder"))
        self.text.setAccessibleName(self.tr("Text in the name or folder of the films to show"))
        self.text.setClearButtonEnabled(True)
        self.text.setMinimumWidth(120)
        self.more = QToolButton(self)
        self.more.setCheckable(True)
        self.more.setToolTip(self.tr("Conditions on the finding, the status, the probability and your label."))
        self.count = QLabel(self)
        self.count.setAccessibleName(self.tr("Number of films shown"))
        self.resort = QPushButton(self.tr("Sort Again"), self)
        self.resort.setToolTip(self.tr("Films that changed have kept their places. Put them where they belong."))
        self.resort.hide()
        self.reset = QPushButton(self.tr("Show All"), self)
        self.reset.setToolTip(self.tr("Clear the filter, so that all films are shown."))
        self.reset.hide()

    def _make_conditions(self) -> None:
        self.finding = QComboBox(self)
        self.finding.setAccessibleName(self.tr("Predicted finding of the films to show"))
        self.status = QComboBox(self)
        self.status.setAccessibleName(self.tr("Status of the films to show"))
        self.status.addItem(self.tr("Any status"), None)
        for status in FILM_STATUSES:
            self.status.addItem(status_word(status), status)
        self.probability_finding = QComboBox(self)
        self.probability_finding.setAccessibleName(self.tr("Finding whose probability is to be in the range"))
        self.minimum = _probability_field(self, 0.0, self.tr("Least probability"))
        self.maximum = _probability_field(self, 1.0, self.tr("Greatest probability"))
        self.uncertain = QCheckBox(self.tr("Uncertain only"), self)
        self.unlabelled = QCheckBox(self.tr("Without your label only"), self)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.addWidget(self.text, 1)
        for widget in (self.more, self.count, self.reset):
            line.addWidget(widget)
        probability = QWidget(self)
        range_line = QHBoxLayout(probability)
        range_line.setContentsMargins(0, 0, 0, 0)
        for part in (
            self.probability_finding,
            QLabel(self.tr("from"), probability),
            self.minimum,
            QLabel(self.tr("to"), probability),
            self.maximum,
        ):
            range_line.addWidget(part)
        self._conditions = (self.finding, self.status, probability, self.uncertain, self.unlabelled)
        conditions = FlowLayout()
        for widget in (self.resort, *self._conditions):
            conditions.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addLayout(line)
        layout.addLayout(conditions)
        self._allow_range()
        self._show_conditions(False)
        self._show_icon()

    def _connect(self) -> None:
        self.text.textChanged.connect(self._tell_later)
        self.text.returnPressed.connect(self._tell)
        for box in (self.finding, self.status, self.probability_finding):
            box.currentIndexChanged.connect(self._tell)
        for field in (self.minimum, self.maximum):
            field.valueChanged.connect(self._tell_later)
        for check in (self.uncertain, self.unlabelled):
            check.toggled.connect(self._tell)
        self.more.toggled.connect(self._show_conditions)
        self.reset.clicked.connect(self._clear_by_hand)
        self.resort.clicked.connect(self.resort_requested)

    def _tell_later(self, *_: object) -> None:
        if not self._is_taking:
            self._timer.start()

    def _tell(self, *_: object) -> None:
        if self._is_taking:
            return
        self._timer.stop()
        self._allow_range()
        wanted = self.current_filter
        self.reset.setVisible(not wanted.is_empty or bool(wanted.text))
        self._say_conditions()
        # Spaces at the ends are on their way to a word: they change nothing yet.
        if replace(wanted, text=" ".join(wanted.words)) != replace(self._told, text=" ".join(self._told.words)):
            self._told = wanted
            self.filter_changed.emit(wanted)

    def _clear_by_hand(self) -> None:
        self.text.setFocus()  # the button goes, and may not take the keyboard with it
        self.clear()

    def _condition_count(self) -> int:
        wanted = self.current_filter
        conditions = (wanted.finding, wanted.status, wanted.probability, wanted.uncertain, wanted.labelled)
        return sum(condition is not None for condition in conditions)

    def _show_conditions(self, shown: bool) -> None:
        for widget in self._conditions:
            widget.setVisible(shown)

    def _say_conditions(self) -> None:
        """Say how many conditions are set, as they may be hidden."""
        count = self._condition_count()
        name = self.tr("Conditions: {count}").format(count=count) if count else self.tr("Conditions")
        style = Qt.ToolButtonStyle
        self.more.setToolButtonStyle(style.ToolButtonTextBesideIcon if count else style.ToolButtonIconOnly)
        self.more.setText(str(count) if count else "")
        self.more.setAccessibleName(name)

    def _show_icon(self) -> None:
        self.more.setIcon(icon("sliders-horizontal"))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Draw the icon in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "more"):
            self._show_icon()

    def _allow_range(self) -> None:
        for field in (self.minimum, self.maximum):
            field.setEnabled(self.probability_finding.currentData() is not None)


def _probability_field(parent: QWidget, value: float, name: str) -> QDoubleSpinBox:
    field = QDoubleSpinBox(parent)
    field.setRange(0.0, 1.0)
    field.setDecimals(2)
    field.setSingleStep(0.05)
    field.setValue(value)
    field.setAccessibleName(name)
    field.setToolTip(name)
    return field


def _value(field: QDoubleSpinBox) -> float:
    return round(field.value(), 2)


def _choose(box: QComboBox, value: str | None) -> None:
    place = box.findData(value) if value is not None else 0
    if place < 0:
        box.addItem(str(value), value)
        place = box.count() - 1
    box.setCurrentIndex(place)
