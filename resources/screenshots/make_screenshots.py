"""Take the README's pictures of the window: `python resources/screenshots/make_screenshots.py [--out DIR]`.

Runs the real window and the real network on the synthetic radiographs of resources/samples, with a store and settings
that are thrown away, and writes window_light.png, window_dark.png, compare.png and report.png. Where there is no
display it starts Xvfb (Debian, Ubuntu: apt install xvfb). Needs what `pip install '.[test]'` installs.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pypdfium2
from PIL import Image
from PySide6.QtCore import QDeadlineTimer, QElapsedTimer, QEventLoop, QItemSelectionModel
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from cxrviewer.gui.notices import Notices
from cxrviewer.gui.preferences.stored import load_preferences, open_settings
from cxrviewer.gui.session import Session
from cxrviewer.gui.theme import Theme
from cxrviewer.gui.window.main_window import MainWindow
from cxrviewer.results.store import STORE_FILE, ResultStore

HERE: Final = Path(__file__).resolve().parent
SAMPLES: Final = HERE.parent / "samples"
SIZE: Final = (1240, 780)
COMPARED: Final = ("synthetic-clear.png", "synthetic-lobar-opacity-16bit.png")
SECONDS: Final = 60
REPORT_PAGE: Final = 4  # after the summary and the thumbnails: the film that the window shows
REPORT_SCALE: Final = 1.6


def main() -> int:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=HERE, help="where to write (default: beside this script)")
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, display():
        take_window(out, Path(home))
        take_report(out, Path(home))
    for path in sorted(out.glob("*.png")):
        sys.stdout.write(f"{path.name}: {path.stat().st_size / 1000:.0f} kB\n")
    return 0


@contextmanager
def display() -> Iterator[None]:
    """Have a display while this lasts: the one there is, or an Xvfb of its own."""
    if sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        yield
        return
    screen = f"{SIZE[0] + 100}x{SIZE[1] + 100}x24"
    server = subprocess.Popen(["Xvfb", "-displayfd", "1", "-screen", "0", screen], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    os.environ["DISPLAY"] = f":{server.stdout.readline().strip()}"
    os.environ["QT_QPA_PLATFORM"] = "xcb"
    try:
        yield
    finally:
        del os.environ["DISPLAY"]
        server.terminate()
        server.wait()


def take_window(out: Path, home: Path) -> None:
    """Take the window in light and dark, and with two films side by side."""

    app = QApplication(sys.argv[:1])
    family = QFontDatabase.addApplicationFont(str(HERE.parent / "fonts" / "DejaVuSans.ttf"))
    font = QFont(QFontDatabase.applicationFontFamilies(family)[0])
    font.setPixelSize(12)
    app.setFont(font)
    theme = Theme(app)
    theme.apply("light")
    settings = open_settings(home / "window.ini")
    session = Session(
        ResultStore(home / STORE_FILE), settings, load_preferences(settings).preferences, Notices(app), app
    )
    window = MainWindow(session, theme)
    window.resize(*SIZE)
    window.show()
    window.open([SAMPLES])
    until(app, lambda: window.model.rowCount() > 0 and session.runner.progress.finished)
    window.statusBar().clearMessage()
    show(app, window, COMPARED[-1:])
    take(app, window, out / "window_light.png")
    theme.apply("dark")
    take(app, window, out / "window_dark.png")
    theme.apply("light")
    show(app, window, COMPARED)
    window.actions_by_id["compare.2"].trigger()
    window.actions_by_id["heatmap.contour"].trigger()
    until(app, lambda: all(canvas.radiograph is not None for canvas in window.compare.shown_canvases()))
    take(app, window, out / "compare.png")
    window.close()


def show(app: QApplication, window: MainWindow, names: tuple[str, ...]) -> None:
    """Select films by their names, and wait for the first."""

    table, model = window.study_list.table, window.model
    rows = [row for row in range(model.rowCount()) if (film := model.film(row)) and film.path.name in names]
    table.setFocus()
    table.select_film(model.film_number(rows[0]))
    flag = QItemSelectionModel.SelectionFlag
    for row in rows[1:]:
        table.selectionModel().select(model.index(row, 0), flag.Select | flag.Rows)
    until(app, lambda: window.viewer.film is not None and window.viewer.film.radiograph is not None)


def take(app: QApplication, window: MainWindow, path: Path) -> None:
    """Write a picture of the window once everything in it has followed."""

    clock = QElapsedTimer()
    clock.start()
    until(app, lambda: clock.hasExpired(800))
    if not window.grab().save(str(path)):
        raise OSError(f"{path} cannot be written")
    shrink(path)


def take_report(out: Path, home: Path) -> None:
    """Write a film's page of the PDF report that the command line makes of the samples."""
    pdf = home / "report.pdf"
    command = [sys.executable, "-m", "cxrviewer", "classify", str(SAMPLES), "--report", str(pdf), "--quiet"]
    subprocess.run([*command, "--store", str(home / "report.sqlite")], check=True, stdout=subprocess.DEVNULL)
    with pypdfium2.PdfDocument(pdf) as document:
        document[REPORT_PAGE].render(scale=REPORT_SCALE).to_pil().save(out / "report.png")
    shrink(out / "report.png")


def shrink(path: Path) -> None:
    """Write a picture anew in 64 steps a colour, which is a third of the bytes and no loss that is seen."""
    steps = [step & 0xFC | step >> 6 for step in range(256)]  # white stays white
    picture = Image.open(path).convert("RGB")
    picture.point(steps * 3).save(path, optimize=True)


def until(app: QApplication, condition: Callable[[], bool]) -> None:
    """Run the event loop until something is so; TimeoutError where it is not within a minute."""

    deadline = QDeadlineTimer(SECONDS * 1000)
    while not condition():
        if deadline.hasExpired():
            raise TimeoutError("the window did not show what it was to show")
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)


if __name__ == "__main__":
    sys.exit(main())
