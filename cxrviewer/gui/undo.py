"""One step that can be taken back: what it is called, how it is done, and how it is undone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand


class Step(QUndoCommand):
    """A step for a QUndoStack, which calls ``do`` when the step is pushed and whenever it is done again.

    Both functions report their own failures; they are called in the GUI thread.
    """

    def __init__(self, text: str, do: Callable[[], None], undo: Callable[[], None]) -> None:
        super().__init__(text)
        self._do = do
        self._undo = undo

    def redo(self) -> None:
        """Do it, or do it again."""
        self._do()

    def undo(self) -> None:
        """Take it back."""
        self._undo()
