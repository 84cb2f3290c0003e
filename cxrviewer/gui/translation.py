"""The language of the window: the program's own texts and Qt's."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from cxrviewer.resources import resources_folder

TRANSLATED: Final = ("de",)


def install_language(app: QCoreApplication, language: str = "") -> str:
    """Translate the texts of widgets that are made after this, and return the language as two letters.

    language: "en", "de", or "" for the system's. English, the language of the sources, is what a language without a
    translation becomes.
    """
    for old in app.findChildren(QTranslator, "cxrviewer"):
        app.removeTranslator(old)
        old.deleteLater()
    wanted = language or _system_language()
    if wanted not in TRANSLATED:
        QLocale.setDefault(QLocale("en") if language == "en" else QLocale.system())
        return "en"
    # Qt's own buttons ("Cancel") first: a later translator is asked before an earlier one.
    folders = (QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath), str(resources_folder() / "translations"))
    for name, folder in zip((f"qtbase_{wanted}", f"cxrviewer_{wanted}"), folders, strict=True):
        translator = QTranslator(app)
        translator.setObjectName("cxrviewer")
        if translator.load(name, folder):
            app.installTranslator(translator)
    QLocale.setDefault(QLocale(wanted))
    return wanted


def _system_language() -> str:
    languages = QLocale.system().uiLanguages()
    return languages[0][:2].lower() if languages else "en"
