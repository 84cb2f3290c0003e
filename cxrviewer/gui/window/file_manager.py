"""Shows a file in the system's file manager: the one thing that every platform does in its own way."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices


def reveal(path: Path) -> bool:
    """Open the folder of a file, the file selected where the platform can; return whether something was started."""
    if sys.platform == "win32":
        # Explorer reads its own command line: the path must not be quoted together with /select.
        explorer = QProcess()
        explorer.setProgram("explorer.exe")
        explorer.setNativeArguments(f'/select,"{path}"')
        return bool(explorer.startDetached()[0])
    if sys.platform == "darwin":
        return bool(QProcess.startDetached("open", ["-R", os.fspath(path)])[0])
    return QDesktopServices.openUrl(QUrl.fromLocalFile(os.fspath(path.parent)))
