"""Sends the result objects of analysed films to a node, again and again until it has acknowledged each of them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cxrviewer.errors import CxrViewerError, NetworkError
from cxrviewer.pacs.node import Node
from cxrviewer.pacs.operations import send
from cxrviewer.pacs.receiver.folder import ReceiverFolder
from cxrviewer.pacs.receiver.log import ReceiverLog
from cxrviewer.pacs.receiver.queue import FilmQueue, QueuedFilm

_FILMS_AT_ONCE: Final = 20
_MOST_ATTEMPTS: Final = 8
_FIRST_DELAY: Final = 5.0
_LONGEST_DELAY: Final = 600.0


class Returning:
    """A thread that sends what is analysed; while the node cannot be reached, it waits longer and longer."""

    def __init__(
        self, node: Node, folder: ReceiverFolder, queue: FilmQueue, log: ReceiverLog, first_delay: float = _FIRST_DELAY
    ) -> None:
        self._node = node
        self._folder = folder
        self._queue = queue
        self._log = log
        self._first_delay = first_delay
        self._news = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="cxrviewer-receiver-returning", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Say that there may be something to send."""
        self._news.set()

    def stop(self) -> None:
        """End after the object that is on its way."""
        self._stop.set()
        self._news.set()
        self._thread.join()

    def _run(self) -> None:
        delay = self._first_delay
        while not self._stop.is_set():
            self._news.clear()
            try:
                busy = self._send_due()
                delay = self._first_delay
            except CxrViewerError as error:  # of the connection, which costs no film an attempt
                self._log.problem(f"results cannot be sent, and are tried again in {delay:g} s: {error}")
                self._stop.wait(delay)
                delay = min(2 * delay, _LONGEST_DELAY)
                continue
            if not busy:
                self._news.wait(min(1.0, self._first_delay))

    def _send_due(self) -> bool:
        """Send what is due over one association; return whether there was anything. Raises why it was not or lost."""
        films = self._queue.due("analysed", _FILMS_AT_ONCE)
        files = {self._folder.results / name: film for film in films for name in self._queue.unsent_objects(film)}
        if not films:
            return False
        present = [path for path in files if path.exists()]
        for film in {film.number: film for path, film in files.items() if not path.exists()}.values():
            self._queue.end(film, "unsent", "its result objects are gone from the folder of results")
            self._log.problem(f"film {film.number}: its result objects are gone; nothing is sent.")
        self._send(present, files)
        return True

    def _send(self, paths: Sequence[Path], films: dict[Path, QueuedFilm]) -> None:
        before: set[Path] = set()

        def acknowledged(path: Path) -> None:
            self._queue.sent(films[path], path.name)
            before.add(path)

        sent = send(self._node, paths, cancelled=self._stop.is_set, acknowledged=acknowledged) if paths else None
        for film in dict.fromkeys(films[path] for path in before):
            if not self._queue.unsent_objects(film):
                self._log.say(f"film {film.number}: its results are at {self._node.name}.")
        not_sent = sent.not_sent if sent is not None else ()
        for film, reason in {films[one.path]: one.reason for one in not_sent if not one.lost}.items():
            self._refused(film, reason)
        lost = next((one.reason for one in not_sent if one.lost), None)
        if lost is not None:
            raise NetworkError(lost)

    def _refused(self, film: QueuedFilm, reason: str) -> None:
        if film.attempts + 1 >= _MOST_ATTEMPTS:
            self._queue.end(film, "unsent", reason)
            self._log.problem(f"film {film.number}: its results are given up until the next start: {reason}")
            return
        delay = min(self._first_delay * 2**film.attempts, _LONGEST_DELAY)
        self._queue.again(film, delay, reason)
        self._log.problem(f"film {film.number}: its results are sent again in {delay:g} s: {reason}")
