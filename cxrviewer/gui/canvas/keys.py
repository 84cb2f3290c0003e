"""The canvas by keyboard.

A shortcut of the window on the same key comes first: Qt gives it the key, not the canvas. So the canvas takes no key
that the table of actions has, but Delete: that removes the selected measurement where there is one, and only otherwise
what the window removes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from cxrviewer.gui.canvas.surface import Surface

MAGNIFIER_KEY: Final = Qt.Key.Key_Z
PAN_SHARE: Final = 0.1  # of the view, a press of an arrow

_ACTIONS: Final[dict[Qt.Key, Callable[[Surface], object]]] = {
    Qt.Key.Key_Left: lambda canvas: canvas.pan_by(-PAN_SHARE, 0),
    Qt.Key.Key_Right: lambda canvas: canvas.pan_by(PAN_SHARE, 0),
    Qt.Key.Key_Up: lambda canvas: canvas.pan_by(0, -PAN_SHARE),
    Qt.Key.Key_Down: lambda canvas: canvas.pan_by(0, PAN_SHARE),
    Qt.Key.Key_Plus: lambda canvas: canvas.zoom_in(),
    Qt.Key.Key_Equal: lambda canvas: canvas.zoom_in(),
    Qt.Key.Key_Minus: lambda canvas: canvas.zoom_out(),
    Qt.Key.Key_Delete: lambda canvas: canvas.delete_selected(),
    Qt.Key.Key_Backspace: lambda canvas: canvas.delete_selected(),
    Qt.Key.Key_Escape: lambda canvas: canvas.give_up(),
}
CANVAS_KEYS: Final = frozenset({*_ACTIONS, MAGNIFIER_KEY})
"""Every key that a canvas takes, without modifiers."""
_ALLOWED: Final = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier  # "+" needs Shift on many


def press(canvas: Surface, event: QKeyEvent) -> bool:
    """Do what a key stands for; return whether it stands for anything."""
    key = Qt.Key(event.key())
    if event.modifiers() & ~_ALLOWED:
        return False
    if key == MAGNIFIER_KEY:
        if not event.isAutoRepeat():
            canvas.hold_magnifier(True)
        return True
    action = _ACTIONS.get(key)
    # What says that it did nothing leaves the key to the window.
    return action is not None and action(canvas) is not False


def claims(canvas: Surface, event: QKeyEvent) -> bool:
    """Return whether a key is the canvas's before any shortcut of the window: Delete on a selected measurement."""
    return event.key() == Qt.Key.Key_Delete and not event.modifiers() & ~_ALLOWED and canvas.selected is not None


def release(canvas: Surface, event: QKeyEvent) -> bool:
    """Undo what a held key does; return whether this is one."""
    if event.key() != MAGNIFIER_KEY:
        return False
    if not event.isAutoRepeat():
        canvas.hold_magnifier(False)
    return True
