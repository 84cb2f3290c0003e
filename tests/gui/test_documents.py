"""About, the model card and the guide say what they promise, and nothing is loaded from anywhere for them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl, qVersion
from PySide6.QtGui import QGuiApplication, QKeySequence, QTextDocument
from PySide6.QtWidgets import QDialogButtonBox

from cxrviewer.domain import NOT_FOR_DIAGNOSIS
from cxrviewer.gui.about_dialog import AboutDialog, licence_text
from cxrviewer.gui.actions.table import ACTIONS
from cxrviewer.gui.document_dialog import DocumentDialog, guide_dialog, model_card_dialog
from cxrviewer.inference.bundle import find_bundle
from cxrviewer.resources import models_folder, resources_folder
from cxrviewer.version import __version__


def test_about_tells_versions_and_hashes_and_copies_them(qtbot) -> None:
    dialog = AboutDialog()
    qtbot.addWidget(dialog)
    box = dialog.findChild(QDialogButtonBox)
    next(button for button in box.buttons() if button.text() == "Copy Versions and Hashes").click()
    copied = QGuiApplication.clipboard().text()
    bundle = find_bundle("cxr_mobilenetv2")
    hashes = [bundle.sha256, *(entry.sha256 for entry in bundle.metadata.engines.values())]
    for expected in (__version__, sys.version.split()[0], qVersion(), "LiteRT", "TensorFlow", *hashes):
        assert expected in copied
    assert copied.endswith(NOT_FOR_DIAGNOSIS)


def test_about_does_not_start_an_engine() -> None:
    code = (
        "from PySide6.QtWidgets import QApplication; a = QApplication([])\n"
        "from cxrviewer.gui.about_dialog import AboutDialog; AboutDialog()\n"
        "import sys; print([m for m in ('tensorflow', 'keras', 'ai_edge_litert', 'cv2') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "[]", done.stderr


def test_licences_name_every_part_that_the_program_needs_and_hold_those_of_icons_font_and_bundle() -> None:
    said = licence_text()
    for part in (
        "pyside6-essentials",
        "pebble",
        "numpy",
        "pydicom",
        "ISC License",
        "Bitstream Vera",
        "cxr_mobilenetv2",
    ):
        assert part.lower() in said.lower()
    assert not re.search(r"^[\w-]+: -$", said, re.MULTILINE)  # every installed part names its licence


def test_the_model_card_of_the_bundle_is_rendered_with_its_tables(qtbot) -> None:
    dialog = model_card_dialog(models_folder() / "cxr_mobilenetv2")
    qtbot.addWidget(dialog)
    text = dialog.browser.toPlainText()
    assert "Caveats and recommendations" in text
    assert "| --- |" not in text
    assert "<table" in dialog.browser.toHtml()
    dialog.show()
    assert dialog.browser.verticalScrollBar().value() == 0  # it begins at its beginning


def test_a_bundle_without_a_card_is_said_in_words(qtbot, tmp_path: Path) -> None:
    dialog = model_card_dialog(tmp_path)
    qtbot.addWidget(dialog)
    assert "has no model card that can be read" in dialog.browser.toPlainText()


def test_a_document_loads_nothing_and_follows_no_link_by_itself(qtbot, monkeypatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("PySide6.QtGui.QDesktopServices.openUrl", lambda url: opened.append(url.toString()))
    dialog = DocumentDialog(
        "Card", "![x](https://example.org/x.png) [web](https://example.org) [file](file:///etc/passwd)"
    )
    qtbot.addWidget(dialog)
    dialog.show()
    browser = dialog.browser
    kind = QTextDocument.ResourceType.ImageResource
    for name in ("https://example.org/x.png", "file:///etc/passwd", "/etc/passwd"):
        assert not browser.document().resource(kind, QUrl(name))
    assert opened == []
    before = browser.toPlainText()
    for link in ("file:///etc/passwd", "javascript:alert(1)", "other.md"):
        browser.anchorClicked.emit(QUrl(link))
    assert opened == []
    assert browser.toPlainText() == before
    browser.anchorClicked.emit(QUrl("https://example.org"))
    assert opened == ["https://example.org"]


def test_a_document_is_searched_from_its_start_and_round(qtbot) -> None:
    dialog = DocumentDialog("Card", "alpha beta\n\nbeta gamma")
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.keyClicks(dialog.search, "beta")
    places = [dialog.browser.textCursor().position()]
    for _ in range(2):
        qtbot.keyClick(dialog.search, Qt.Key.Key_Return)
        places.append(dialog.browser.textCursor().position())
    assert places[0] < places[1]
    assert places[2] == places[0]


def test_the_guide_names_only_keys_that_there_are_and_says_what_the_program_is_not_for(qtbot) -> None:
    dialog = guide_dialog()
    qtbot.addWidget(dialog)
    text = dialog.browser.toPlainText()
    assert NOT_FOR_DIAGNOSIS in text
    assert 350 < len(text.split()) < 1100
    keys = {QKeySequence(key).toString() for spec in ACTIONS for key in spec.shortcuts}
    stroke = r"(?:Ctrl|Shift|Alt)\+(?:Shift\+)?(?:[A-Z0-9]+\b|[,+=-])"
    named = re.findall(rf"Ctrl\+[EKT], [A-Z0-9]\b|{stroke}", text)  # those of two strokes begin with Ctrl+E, K or T
    assert len(named) > 10
    assert {key for key in named if QKeySequence(key).toString() not in keys} == set()
    names = {spec.text.rstrip("…") for spec in ACTIONS}
    for command in ("Open Files", "Open Folder", "Open the Synthetic Samples", "Labels and Predictions"):
        assert command in names
        assert command in text


@pytest.mark.parametrize("guide", sorted((resources_folder() / "help").glob("*.md")), ids=lambda path: path.name)
def test_guides_are_text_without_pictures_or_links_to_elsewhere(guide: Path) -> None:
    assert not re.search(r"!\[|\]\(|<", guide.read_text("utf-8"))
