"""Every text of the window has a German translation that fits it, and the window speaks it."""

import ast
import importlib.util
import re
import shutil
import string
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QDialogButtonBox, QMainWindow

from cxrviewer.gui.actions.building import build_actions, build_menus
from cxrviewer.gui.actions.table import ACTIONS
from cxrviewer.gui.document_dialog import guide_dialog
from cxrviewer.gui.panels.not_for_diagnosis import not_for_diagnosis
from cxrviewer.gui.translation import install_language
from cxrviewer.resources import resources_folder

FOLDER = resources_folder() / "translations"
TRANSLATION = FOLDER / "cxrviewer_de.ts"


def update_script():
    spec = importlib.util.spec_from_file_location("update_translations", FOLDER / "update.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def messages() -> list[tuple[str, str, str]]:
    """Context, text and translation of everything in the .ts file."""
    return [
        (context.findtext("name"), message.findtext("source"), message.findtext("translation"))
        for context in ElementTree.parse(TRANSLATION).getroot().iter("context")
        for message in context.iter("message")
    ]


def texts_in(source: Path) -> Iterator[str]:
    """Every literal that is handed to tr, translate or QT_TRANSLATE_NOOP, wherever it stands, also in f-strings."""
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        place = {"tr": 0, "translate": 1, "QT_TRANSLATE_NOOP": 1}.get(name)
        if place is None or len(node.args) <= place:
            continue
        text = node.args[place]
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            yield text.value


def test_every_text_of_the_sources_is_in_the_translation() -> None:
    import cxrviewer.gui

    known = {text for _, text, _ in messages()}
    sources = sorted(Path(cxrviewer.gui.__file__).parent.rglob("*.py"))
    asked = {text for source in sources for text in texts_in(source)}
    assert len(asked) > 300
    assert asked - known == set(), "run python resources/translations/update.py and translate what it names"


def test_nothing_is_untranslated_and_the_committed_files_are_those_of_the_script(tmp_path: Path) -> None:
    script = update_script()
    copy = Path(shutil.copy(TRANSLATION, tmp_path))
    script.extract(copy)
    assert script.untranslated(copy) == []
    assert copy.read_text("utf-8") == TRANSLATION.read_text("utf-8")
    script.compile_texts(copy, copy.with_suffix(".qm"))
    assert copy.with_suffix(".qm").read_bytes() == TRANSLATION.with_suffix(".qm").read_bytes()


def test_the_script_sees_a_text_without_translation(tmp_path: Path) -> None:
    copy = tmp_path / "x.ts"
    changed = TRANSLATION.read_text("utf-8").replace(
        "<translation>Rückgängig</translation>", '<translation type="unfinished"></translation>'
    )
    copy.write_text(changed, "utf-8")
    assert update_script().untranslated(copy) == [("Actions", "Undo")]


def fields(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


@pytest.mark.parametrize(("context", "text", "translated"), messages())
def test_a_translation_has_the_fields_the_ending_and_the_letter_of_its_text(context, text, translated) -> None:
    assert fields(translated) == fields(text)
    assert re.search(r"[.…:]?$", translated).group() == re.search(r"[.…:]?$", text).group()
    assert ("&" in translated) == ("&" in text)
    assert (translated[:1] == " ", translated[-1:] == " ") == (text[:1] == " ", text[-1:] == " ")


@pytest.fixture
def german(qapp):
    before = QLocale()
    assert install_language(qapp, "de") == "de"
    yield qapp
    install_language(qapp, "en")
    QLocale.setDefault(before)


def test_the_window_speaks_german_and_english_again(qapp, german, qtbot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = build_actions(window, ACTIONS, {})
    menus = build_menus(window.menuBar(), ACTIONS, actions)
    assert actions["film.next"].text() == "Nächste Aufnahme"
    assert actions["film.next"].statusTip() == "Zeigt die Aufnahme darunter in der Liste."
    assert window.menuBar().actions()[0].text() == "&Datei"
    for parent in {path[:-1] for path in menus}:
        titles = [menu.title() for path, menu in menus.items() if path[:-1] == parent]
        letters = [title[title.index("&") + 1].lower() for title in titles]
        assert len(set(letters)) == len(letters), titles
    assert not_for_diagnosis() == "Nur für die Forschung. Nicht zur Diagnose."
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert box.buttons()[0].text() == "Abbrechen"
    guide = guide_dialog()
    qtbot.addWidget(guide)
    assert guide.windowTitle() == "Anleitung"
    assert "Nur für die Forschung" in guide.browser.toPlainText()
    assert install_language(qapp, "en") == "en"
    assert not_for_diagnosis() == "Research use only. Not for diagnosis."


def test_a_language_without_a_translation_is_english(qapp) -> None:
    assert install_language(qapp, "fr") == "en"
    assert not_for_diagnosis() == "Research use only. Not for diagnosis."


def test_the_language_of_the_system_is_taken_where_none_is_chosen(qapp, monkeypatch) -> None:
    monkeypatch.setattr("cxrviewer.gui.translation._system_language", lambda: "de")
    assert install_language(qapp) == "de"
    assert install_language(qapp, "en") == "en"
