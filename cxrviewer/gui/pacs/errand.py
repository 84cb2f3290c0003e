"""A function that may wait for the system's keyring, and with it for a person, run beside the GUI thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from cxrviewer.analysis.analyze import named_error
from cxrviewer.gui.bridge.mailbox import Mailbox


class Errand(QObject):
    """Runs a function in a thread of its own and tells in the GUI thread what came of it.

    Signals: ``done`` (result), ``failed`` (CxrViewerError). Of several that run at once only the last is told of. The
    thread is not waited for at the program's end: a keyring may ask a person for a password that nobody enters.
    """

    done = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._last: object = None
        self._letters = Mailbox(0, self)
        self._letters.delivered.connect(self._receive)

    def run(self, work: Callable[[], Any]) -> None:
        """Run a function, in the place of one that runs already."""
        errand = self._last = object()

        def carry_out() -> None:
            try:
                letter = (errand, work(), None)
            except Exception as error:  # noqa: BLE001 - whatever it is, the window must say so and live on
                letter = (errand, None, named_error(error))
            self._letters.post(letter)

        threading.Thread(target=carry_out, name="keyring", daemon=True).start()

    def close(self) -> None:
        """Tell nothing any more."""
        self._last = None
        self._letters.close()

    def _receive(self, letters: list[tuple[object, Any, Any]]) -> None:
        for errand, result, error in letters:
            if errand is not self._last:
                continue
            if error is not None:
                self.failed.emit(error)
            else:
                self.done.emit(result)
