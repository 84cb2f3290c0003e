"""Label > Labels and Predictions: how far a person's labels and the predictions agree, with the counts behind it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from cxrviewer.gui.icons import icon
from cxrviewer.gui.labels.agreement_words import (
    agreement_text,
    share_words,
    summary_words,
    taken_for_true,
    without_finding_words,
)
from cxrviewer.gui.labels.number_table import NumberTable
from cxrviewer.gui.panels.column import ColumnPanel, WrappedLabel, copy_text
from cxrviewer.gui.panels.not_for_diagnosis import NotForDiagnosisLine
from cxrviewer.results.agreement import Agreement


class AgreementDialog(QDialog):
    """Shows an Agreement: the confusion matrix, and sensitivity and specificity with the counts they come from.

    It stays open beside the window while films are labelled; ``set_agreement`` shows other figures in it.
    """

    def __init__(self, agreement: Agreement, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Labels and Predictions"))
        self._agreement = agreement
        self.summary = WrappedLabel()
        self.matrix = NumberTable(self.tr("Confusion matrix: rows are your findings, columns the predicted ones"))
        self.shares = NumberTable(self.tr("Sensitivity and specificity of each finding"))
        self.without_finding = WrappedLabel()
        self.figures = QWidget()
        self._lay_out()
        self.set_agreement(agreement)
        wanted = QSize(self.fontMetrics().averageCharWidth() * 90, self.fontMetrics().height() * 42)
        self.resize(wanted.boundedTo(self.screen().availableSize()))

    def set_agreement(self, agreement: Agreement) -> None:
        """Show other figures."""
        self._agreement = agreement
        self.summary.say(summary_words(agreement))
        said = without_finding_words(agreement)
        self.without_finding.say(said)
        self.without_finding.setVisible(bool(said))
        self._fill_matrix()
        self._fill_shares()
        self.figures.setVisible(agreement.films > 0)
        self.copy_button.setEnabled(agreement.films > 0)

    def as_text(self) -> str:
        """Return all figures for a spreadsheet, columns apart by tabs, with what they are worth."""
        return agreement_text(self._agreement)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Draw the marks on the diagonal again where theme or text size change."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._fill_matrix()
            self._fill_shares()

    def _lay_out(self) -> None:
        figures = QVBoxLayout(self.figures)
        figures.setContentsMargins(0, 0, 0, 0)
        for title, part, explanation in (
            (
                self.tr("Your finding (rows) and the predicted one (columns)"),
                self.matrix,
                self.tr("On the diagonal, marked by a thumb, are the films whose prediction you agree with."),
            ),
            (
                self.tr("Each finding against all others"),
                self.shares,
                self.tr(
                    "Sensitivity: of the films that you say show the finding, those predicted so. "
                    "Specificity: of all others, those predicted otherwise."
                ),
            ),
        ):
            figures.addWidget(_heading(title))
            figures.addWidget(part)
            figures.addWidget(WrappedLabel(explanation))
            figures.addSpacing(self.fontMetrics().height() // 2)
        figures.addWidget(self.without_finding)
        page = ColumnPanel(self.windowTitle())
        page.column.addWidget(self.summary)
        page.column.addWidget(self.figures)
        page.column.addWidget(WrappedLabel(taken_for_true()))
        page.column.addStretch(1)
        line = NotForDiagnosisLine()
        line.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy_button = buttons.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        self.copy_button.setToolTip(self.tr("Copy all figures as text for a spreadsheet."))
        self.copy_button.clicked.connect(lambda: copy_text(self.as_text()))
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(page, 1)
        layout.addWidget(line)
        layout.addWidget(buttons)
        buttons.button(QDialogButtonBox.StandardButton.Close).setFocus()

    def _fill_matrix(self) -> None:
        names = self._agreement.findings
        self.matrix.head(
            [self.tr("You: {finding}").format(finding=name) for name in names],
            [self.tr("Predicted:\n{finding}").format(finding=name) for name in names],
        )
        spoken = self.tr("You: {label}, predicted: {predicted}, films: {count}")
        for row, label in enumerate(names):
            for column, predicted in enumerate(names):
                count = int(self._agreement.confusion[row, column])
                said = spoken.format(label=label, predicted=predicted, count=count)
                self.matrix.put(row, column, str(count), said, icon("thumbs-up") if row == column else None)
        self.matrix.fit()

    def _fill_shares(self) -> None:
        titles = (self.tr("Sensitivity"), self.tr("Specificity"))
        self.shares.head(list(self._agreement.findings), list(titles))
        for row, entry in enumerate(self._agreement.by_finding):
            cells = (
                share_words(entry.sensitivity, entry.true_positives, entry.true_positives + entry.false_negatives),
                share_words(entry.specificity, entry.true_negatives, entry.true_negatives + entry.false_positives),
            )
            for column, (title, words) in enumerate(zip(titles, cells, strict=True)):
                self.shares.put(row, column, words, f"{entry.finding}, {title}: {words}")
        self.shares.fit()


def _heading(text: str) -> QLabel:
    heading = WrappedLabel(text)
    font = heading.font()
    font.setBold(True)
    heading.setFont(font)
    return heading
