"""A thread of the window's process that only waits for what worker processes send."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Generator
from contextlib import closing
from typing import Generic, TypeVar

from cxrviewer.analysis.analyze import named_error
from cxrviewer.errors import CxrViewerError

T = TypeVar("T")


class WaitingThread(Generic[T]):
    """Takes from a generator that blocks until its end; the generator is made, used and closed in the thread.

    ``received`` is called there with everything that comes, ``ended`` once, with the named error that ended it, if any.
    ``stop`` is what lets the generator end; a program that ends without it, because it fell over, calls it then.
    """

    def __init__(
        self,
        name: str,
        open_results: Callable[[], Generator[T]],
        received: Callable[[T], None],
        ended: Callable[[CxrViewerError | None], None],
        stop: Callable[[], None],
    ) -> None:
        self._open_results = open_results
        self._received = received
        self._ended = ended
        self._stop = stop
        # Python waits for other threads before it calls what atexit has, and this one would wait for ever.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        atexit.register(self.stop)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether the thread has not ended."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """End the thread and the workers of its generator, and wait until they have ended."""
        atexit.unregister(self.stop)
        self._stop()
        self._thread.join()

    def _run(self) -> None:
        failure: CxrViewerError | None = None
        try:
            with closing(self._open_results()) as results:
                for result in results:
                    self._received(result)
        except Exception as error:  # noqa: BLE001 - whatever it is, the window must say so and live on
            failure = named_error(error)
        atexit.unregister(self.stop)
        self._ended(failure)
