"""Whether an export can be written to a place, said in words before anything is done."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from cxrviewer.gui.exporting.choice import INTO_A_FOLDER, SUFFIXES, ExportKind


def destination_problem(kind: ExportKind, text: str) -> str:
    """Return why nothing can be exported to what was typed, as a sentence, or "" where it looks as if it could."""
    is_folder = kind in INTO_A_FOLDER
    if not text.strip():
        if is_folder:
            return QCoreApplication.translate("ExportDestination", "Choose a folder.")
        return QCoreApplication.translate("ExportDestination", "Choose a file name.")
    path = destination(text)
    if not path.is_absolute():
        return QCoreApplication.translate("ExportDestination", "Give the whole path, from the root on.")
    try:
        with suppress(FileNotFoundError, NotADirectoryError):
            path.lstat()
        return _folder_problem(kind, path) if is_folder else _file_problem(kind, path)
    except (OSError, ValueError) as error:  # a name that the system cannot have, or a folder that may not be read
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        return QCoreApplication.translate("ExportDestination", "This path cannot be used: {reason}").format(
            reason=reason
        )


def destination(text: str) -> Path:
    """Return the path that was typed; "~" is the user's own folder."""
    path = Path(text.strip())
    try:
        return path.expanduser()
    except RuntimeError:  # "~stranger"
        return path


def _folder_problem(kind: ExportKind, path: Path) -> str:
    there = next((part for part in (path, *path.parents) if part.exists()), path)
    if not there.is_dir():
        if kind == "dicom":
            said = QCoreApplication.translate("ExportDestination", "{path} is a file; DICOM objects need a folder.")
        else:
            said = QCoreApplication.translate("ExportDestination", "{path} is a file; overlays need a folder.")
        return said.format(path=there)
    return _writable(there)


def _file_problem(kind: ExportKind, path: Path) -> str:
    suffixes = SUFFIXES[kind]
    if path.is_dir():
        return QCoreApplication.translate("ExportDestination", "This is a folder; add the name of a file.")
    if path.suffix.lower() not in suffixes:
        said = QCoreApplication.translate("ExportDestination", "The name of the file must end in {endings}.")
        return said.format(endings=" / ".join(suffixes))
    if not path.parent.is_dir():
        return QCoreApplication.translate("ExportDestination", "There is no folder {folder}.").format(
            folder=path.parent
        )
    if path.exists() and not path.is_file():
        return QCoreApplication.translate("ExportDestination", "{path} is no file that can be replaced.").format(
            path=path
        )
    return _writable(path.parent)


def _writable(folder: Path) -> str:
    if os.access(folder, os.W_OK):
        return ""
    said = QCoreApplication.translate("ExportDestination", "You may not write to {path}; choose another folder.")
    return said.format(path=folder)
