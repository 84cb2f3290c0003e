"""A screen of the test's own (Xvfb), and hands on it: windows are found, driven by keys and mouse, photographed."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np
from PIL import ImageGrab

from smoke.pictures import Picture, is_blank, share_different
from smoke.verdicts import CheckFailedError, CheckNotRunError

_SIZE: Final = (1600, 1000)
_LEAST_WINDOW: Final = 300  # pixels wide and high; smaller ones are tooltips and the like
_KEYSYMS: Final = {"Control": 0xFFE3, "Shift": 0xFFE1, "Escape": 0xFF1B, "Down": 0xFF54, "Home": 0xFF50}
T = TypeVar("T")
_KEY_PRESS, _KEY_RELEASE, _BUTTON_PRESS, _BUTTON_RELEASE, _MOTION = 2, 3, 4, 5, 6  # X11 event codes, as XTEST wants
_STILL: Final = 0.0005  # the share of pixels that may change in a picture that counts as at rest


@dataclass(frozen=True)
class Window:
    """A window that a process shows: its X identifier and where on the screen it is."""

    identifier: int
    left: int
    top: int
    width: int
    height: int


class Screen:
    """One X display, seen and handled through the X protocol: there is no window manager to ask."""

    def __init__(self, display: str) -> None:
        self._xproto: Any = _module("xcffib.xproto")  # first: xcffib connects only once its core protocol is there
        self.display = display
        self._connection: Any = _module("xcffib").connect(display=display)
        self._core: Any = self._connection.core
        self._xtest: Any = self._connection(_module("xcffib.xtest").key)
        setup = self._connection.get_setup()
        self._root: int = setup.roots[0].root
        self._first_key: int = setup.min_keycode
        count = setup.max_keycode - setup.min_keycode + 1
        mapping = self._core.GetKeyboardMapping(self._first_key, count).reply()
        width = mapping.keysyms_per_keycode
        self._keycodes = {
            symbol: self._first_key + place // width
            for place, symbol in reversed(list(enumerate(mapping.keysyms)))
            if place % width == 0
        }

    def close(self) -> None:
        """Leave the display."""
        self._connection.disconnect()

    def windows_of(self, pid: int) -> list[Window]:
        """Return the windows that a process shows now."""
        found = []
        for identifier in self._core.QueryTree(self._root).reply().children:
            window = self._shown(identifier, pid)
            if window is not None:
                found.append(window)
        return found

    def wait_for_window(self, process: subprocess.Popen[bytes], timeout: float) -> Window:
        """Return the first window of a process as soon as it is mapped."""

        def find() -> Window | None:
            if process.poll() is not None:
                raise CheckFailedError(f"expected a window, the program ended with status {process.returncode}")
            return next(iter(self.windows_of(process.pid)), None)

        return _until(find, timeout, "a window of the program", pause=0.004)

    def wait_until_painted(self, window: Window, timeout: float) -> None:
        """Return as soon as something stands in a window."""
        _until(lambda: not is_blank(self._strip(window)) or None, timeout, "something painted", pause=0.004)

    def take_focus(self, window: Window) -> None:
        """Give a window the keyboard, which a window manager would do elsewhere."""
        self._core.SetInputFocus(self._xproto.InputFocus.PointerRoot, window.identifier, 0)
        self._connection.flush()

    def press(self, *names: str) -> None:
        """Press keys in this order, and release them in the opposite one: ``press("Control", "k")``."""
        codes = [self._keycodes[_KEYSYMS.get(name) or ord(name)] for name in names]
        for code in codes:
            self._send(_KEY_PRESS, code)
        for code in reversed(codes):
            self._send(_KEY_RELEASE, code)

    def move_to(self, left: int, top: int) -> None:
        """Move the pointer to a place of the screen."""
        self._send(_MOTION, 0, left, top)

    def drag(self, button: int, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Press a mouse button, move the pointer in ten steps, and release it."""
        self.move_to(*start)
        self._send(_BUTTON_PRESS, button)
        for step in range(1, 11):
            self.move_to(*(round(a + (b - a) * step / 10) for a, b in zip(start, end, strict=True)))
            time.sleep(0.03)
        self._send(_BUTTON_RELEASE, button)

    def ask_to_close(self, window: Window) -> None:
        """Send what the cross in a title bar sends (ICCCM 4.2.8.1, WM_DELETE_WINDOW)."""
        data = self._xproto.ClientMessageData.synthetic([self._atom("WM_DELETE_WINDOW"), 0, 0, 0, 0], "=5I")
        event = self._xproto.ClientMessageEvent.synthetic(32, window.identifier, self._atom("WM_PROTOCOLS"), data)
        self._core.SendEvent(False, window.identifier, self._xproto.EventMask.NoEvent, event.pack())
        self._connection.flush()

    def photograph(self) -> Picture:
        """Return what the whole screen shows, without the pointer."""
        return np.asarray(ImageGrab.grab(xdisplay=self.display).convert("RGB"))

    def photograph_at_rest(self, before: Picture | None = None, timeout: float = 30.0) -> Picture:
        """Return a photograph of what has stopped changing, and differs from the one ``before`` where that is given."""
        last: list[Picture] = []

        def look() -> Picture | None:
            picture = self.photograph()
            last.append(picture)
            del last[:-3]
            changed = before is None or share_different(before, picture) > _STILL
            if changed and len(last) == 3 and all(share_different(other, picture) <= _STILL for other in last):
                return picture
            return None

        return _until(look, timeout, "a picture that has changed and come to rest", pause=0.3)

    def _shown(self, identifier: int, pid: int) -> Window | None:
        try:
            attributes = self._core.GetWindowAttributes(identifier).reply()
            if attributes.map_state != self._xproto.MapState.Viewable:
                return None
            place = self._core.GetGeometry(identifier).reply()
            owner = self._core.GetProperty(False, identifier, self._atom("_NET_WM_PID"), 6, 0, 1).reply()
        except (self._xproto.WindowError, self._xproto.DrawableError):
            return None  # it has gone while it was looked at
        if not owner.value_len or owner.value.to_atoms()[0] != pid or min(place.width, place.height) < _LEAST_WINDOW:
            return None
        return Window(identifier, place.x, place.y, place.width, place.height)

    def _strip(self, window: Window) -> Picture:
        """Return a few lines across the middle of a window, which are quicker to fetch than all of it."""
        image = self._core.GetImage(
            self._xproto.ImageFormat.ZPixmap, window.identifier, 0, window.height // 2, window.width, 8, 0xFFFFFFFF
        ).reply()
        return np.array(image.data.list, np.uint8).reshape(8, window.width, 4)[..., :3]

    def _atom(self, name: str) -> int:
        atom: int = self._core.InternAtom(False, len(name), name).reply().atom
        return atom

    def _send(self, kind: int, detail: int, left: int = 0, top: int = 0) -> None:
        self._xtest.FakeInput(kind, detail, 0, self._root, left, top, 0)
        self._connection.flush()


@contextmanager
def own_screen() -> Iterator[Screen]:
    """Start an X server on a display that is free, and stop it at the end."""
    server = shutil.which("Xvfb")
    if sys.platform != "linux" or server is None:
        raise CheckNotRunError("windows are photographed on an X server of the test's own (Xvfb), which is not here")
    reading, writing = os.pipe()
    command = [server, "-displayfd", str(writing), "-screen", "0", f"{_SIZE[0]}x{_SIZE[1]}x24", "-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=(writing,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()  # comes once it listens, or not at all
        if not number:
            raise CheckNotRunError("Xvfb could not be started")
        screen = Screen(f":{number}")
        try:
            yield screen
        finally:
            screen.close()
    finally:
        process.terminate()
        process.wait(10)


def _module(name: str) -> Any:
    """Return a module of xcffib, which only Linux has, and only where it was asked for (the extra ``package``)."""
    try:
        return importlib.import_module(name)
    except (ImportError, OSError) as error:
        raise CheckNotRunError(f"windows are driven by xcffib, which is not installed ({error})") from error


def _until(look: Callable[[], T | None], timeout: float, wanted: str, pause: float) -> T:
    end = time.monotonic() + timeout
    while (found := look()) is None:
        if time.monotonic() > end:
            raise CheckFailedError(f"expected {wanted} within {timeout:.0f} s, saw none")
        time.sleep(pause)
    return found
