"""Markdown documents of the program's own, shown in the window: the guide and the bundle's model card."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut, QTextCursor, QTextDocument
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QTextBrowser, QVBoxLayout, QWidget

from cxrviewer.resources import resources_folder


class DocumentDialog(QDialog):
    """Shows a document that is not edited, with a field to search it. It loads nothing but the text it is given."""

    def __init__(self, title: str, markdown: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.browser = LocalBrowser()
        self.browser.setAccessibleName(title)
        self.browser.show_markdown(markdown)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Find in this text"))
        self.search.setAccessibleName(self.tr("Find in this text"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._find_from_start)
        self.search.returnPressed.connect(self._find_next)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.search.setFocus)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.search)
        layout.addWidget(self.browser, 1)
        layout.addWidget(buttons)
        self.resize(760, 640)
        self.browser.setFocus()

    def _find_from_start(self, text: str) -> None:
        cursor = self.browser.textCursor()
        cursor.setPosition(0)
        self.browser.setTextCursor(cursor)
        if text:
            self.browser.find(text)

    def _find_next(self) -> None:
        if self.search.text() and not self.browser.find(self.search.text()):
            self._find_from_start(self.search.text())


class LocalBrowser(QTextBrowser):
    """Shows text only: no picture, style or page is loaded from anywhere; links to the web open in the web browser."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.anchorClicked.connect(self._follow)

    def show_markdown(self, markdown: str) -> None:
        """Show a document from its beginning, with room between its paragraphs, which Qt's import leaves out."""
        document = self.document()
        document.setMarkdown(markdown, QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
        document.setDocumentMargin(12)
        space = self.fontMetrics().height() * 0.5
        block = document.begin()
        while block.isValid():
            cursor = QTextCursor(block)
            if cursor.currentTable() is None:
                layout = block.blockFormat()
                layout.setBottomMargin(space)
                layout.setTopMargin(2 * space if layout.headingLevel() > 1 else 0)
                cursor.setBlockFormat(layout)
            block = block.next()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:  # noqa: N802
        """Return an empty file, whatever is asked for; at None, Qt would go on and read local files itself."""
        return QByteArray()

    def _follow(self, link: QUrl) -> None:
        if link.scheme() in ("https", "http"):
            QDesktopServices.openUrl(link)
        elif link.isRelative() and link.hasFragment():
            self.scrollToAnchor(link.fragment())


def guide_dialog(parent: QWidget | None = None) -> DocumentDialog:
    """Return Help > Guide, in the language of the window where there is a guide in it."""
    language = QCoreApplication.translate(
        "DocumentDialog", "en", "the language that these texts are in, as two letters"
    )
    folder = resources_folder() / "help"
    path = folder / f"guide_{language}.md"
    title = QCoreApplication.translate("DocumentDialog", "Guide")
    return DocumentDialog(title, (path if path.is_file() else folder / "guide.md").read_text("utf-8"), parent)


def model_card_dialog(bundle_folder: Path, parent: QWidget | None = None) -> DocumentDialog:
    """Return Help > Model Card with the card of a bundle, or a sentence that says why it cannot be read."""
    try:
        card = (bundle_folder / "MODEL_CARD.md").read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        card = QCoreApplication.translate(
            "DocumentDialog", "The bundle in {folder} has no model card that can be read ({reason})."
        ).format(folder=bundle_folder, reason=error)
    return DocumentDialog(QCoreApplication.translate("DocumentDialog", "Model Card"), card, parent)
