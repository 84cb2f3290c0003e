"""What a training shows and leaves to read: a progress bar, a log, the figures of every batch, and curves."""

from __future__ import annotations

import contextlib
import csv
import itertools
import logging
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import keras

log = logging.getLogger("training")

_LOGGED_STEPS = 20
_CURVES = (("loss", "loss"), ("accuracy", "accuracy"), ("learning_rate", "learning rate"))


class BatchRecord(keras.callbacks.Callback):  # type: ignore[misc]
    """Shows how an epoch goes, and keeps every batch's own loss and accuracy.

    Keras' figures are averages over the epoch's films so far; a batch's own is what it changed of their sum. (Metrics
    that a callback resets stay as they are on JAX.)
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        super().__init__()
        self.rows: list[dict[str, float]] = []
        self._sizes = sizes
        self._films = 0
        self._means: dict[str, float] = {}
        self._started = 0.0
        self._bar: Any = None
        self._task: Any = None

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Start the clock, and the bar where a person looks on."""
        self._started = time.monotonic()
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task("", total=len(self._sizes))
            self._bar.start()

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Take the bar away."""
        self.close()

    def close(self) -> None:
        """Take the bar away; also after an interruption, which Keras does not tell its callbacks of."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Keep the batch's figures."""
        means = {name: float(value) for name, value in (logs or {}).items()}
        done, steps, size = batch + 1, len(self._sizes), self._sizes[batch]
        films = self._films + size
        own = {name: (mean * films - self._means.get(name, 0.0) * self._films) / size for name, mean in means.items()}
        self.rows.append(own)
        self._films, self._means = films, means
        figures = ", ".join(f"{name} {mean:.4f}" for name, mean in means.items())
        each = (time.monotonic() - self._started) / done
        if self._bar is not None:
            self._bar.update(self._task, completed=done, description=f"{figures}, {each:.2f} s a step")
        if done == steps or (self._bar is None and done % _LOGGED_STEPS == 0):
            log.info("step %d of %d: %s, %.2f s a step", done, steps, figures, each)


def write_batches(path: Path, epoch: int, rows: Sequence[dict[str, float]]) -> None:
    """Add an epoch's batches to a CSV file: epoch, step, loss, accuracy.

    An epoch that is in it already, from a run that was stopped before the epoch was saved, is replaced.
    """
    header = ("epoch", "step", "loss", "accuracy")
    lines: list[list[str]] = []
    if path.is_file():
        with path.open(newline="", encoding="utf-8") as stream:
            lines = [line for line in csv.reader(stream) if line[0] != header[0] and int(line[0]) < epoch]
    with path.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream)
        table.writerow(header)
        table.writerows(lines)
        table.writerows([epoch, step, f"{row['loss']:.6g}", f"{row['accuracy']:.6g}"] for step, row in enumerate(rows))


def write_curves(path: Path, history: Sequence[dict[str, Any]]) -> None:
    """Draw loss, accuracy and learning rate over the epochs, for training and validation films, as PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(12, 3.6), layout="constrained")
    canvas = FigureCanvasAgg(figure)
    for axes, (name, title) in zip(figure.subplots(1, len(_CURVES)), _CURVES, strict=True):
        for key, label in ((name, "training"), (f"val_{name}", "validation")):
            points = [(entry["epoch"] + 1, entry[key]) for entry in history if key in entry]
            if points:
                axes.plot(*zip(*points, strict=True), marker="o", markersize=3, label=label)
        starts = [b["epoch"] + 0.5 for a, b in itertools.pairwise(history) if _phase(a) != _phase(b)]
        for start in starts:
            axes.axvline(start, color="grey", linewidth=1, linestyle="--")
        axes.set(title=title, xlabel="epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(alpha=0.3)
        if name == "learning_rate":
            axes.set_yscale("log")
        else:
            axes.legend()
    with path.open("wb") as stream:
        canvas.print_png(stream)  # type: ignore[no-untyped-call]


def _phase(entry: dict[str, Any]) -> int:
    return int(entry.get("phase", 0))


@contextlib.contextmanager
def logged_to(path: Path) -> Iterator[None]:
    """Also write what training logs to a file, at its end."""
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    before = log.level
    log.addHandler(handler)
    if not log.isEnabledFor(logging.INFO):
        log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(before)
        handler.close()
