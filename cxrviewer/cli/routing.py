"""Whether a command line is for the window or for a command; imports nothing heavy."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

_PACS_COMMANDS = ("nodes", "find", "retrieve", "send", "receive")
COMMANDS = ("classify", "explain", "info", "models", "thresholds", "audit", "doctor", *_PACS_COMMANDS)
_GLOBAL_OPTIONS = ("--help", "-h", "--version", "--install-completion", "--show-completion")
_WINDOW = "window"
_WITHOUT_A_SCREEN = ("offscreen", "minimal")


def window_request(arguments: Sequence[str]) -> tuple[Path, ...] | None:
    """Return the paths that a window is asked to open, or None where the command line is to do it.

    ``cxrviewer`` and ``cxrviewer PATH...`` ask for a window where there is a display, ``cxrviewer window [PATH...]``
    does whatever is there. An option after the paths is one of ``classify``.
    """
    if arguments and arguments[0] == _WINDOW and not any(argument.startswith("-") for argument in arguments[1:]):
        return tuple(Path(argument) for argument in arguments[1:])
    is_command = bool(arguments) and arguments[0] in (*COMMANDS, _WINDOW, *_GLOBAL_OPTIONS)
    if is_command or any(argument.startswith("-") for argument in arguments) or not display_is_available():
        return None
    return tuple(Path(argument) for argument in arguments)


def display_is_available() -> bool:
    """Return whether this process can show a window: elsewhere than on Windows and macOS it needs X11 or Wayland.

    QT_QPA_PLATFORM counts where it asks for a platform with a screen (eglfs, vnc); ``offscreen`` has none.
    """
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if platform:
        return platform not in _WITHOUT_A_SCREEN
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def as_command(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with the command that they leave out: paths alone are classified."""
    if arguments and arguments[0] == _WINDOW and len(arguments) > 1 and not arguments[1].startswith("-"):
        return ["classify", *arguments[1:]]
    if arguments and arguments[0] not in (*COMMANDS, _WINDOW, *_GLOBAL_OPTIONS):
        return ["classify", *arguments]
    return list(arguments)
