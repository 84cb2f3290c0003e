"""How each film was looked at, for as long as the window is open: coming back to one shows it as it was left."""

from __future__ import annotations

from collections import OrderedDict

from cxrviewer.gui.state.measuring import Measurements
from cxrviewer.gui.state.view import ViewSettings

MOST_VIEWS = 5000


class FilmMemory:
    """Views of the films looked at last, and every measurement that was made, by the films' numbers."""

    def __init__(self, most: int = MOST_VIEWS) -> None:
        self._most = most
        self._views: OrderedDict[int, ViewSettings] = OrderedDict()
        self._measurements: dict[int, Measurements] = {}

    def view(self, number: int) -> ViewSettings | None:
        """Return how a film was looked at, or None where it was not yet."""
        return self._views.get(number)

    def keep_view(self, number: int, view: ViewSettings) -> None:
        """Remember how a film is looked at."""
        self._views[number] = view
        self._views.move_to_end(number)
        while len(self._views) > self._most:
            self._views.popitem(last=False)

    def measurements(self, number: int) -> Measurements:
        """Return what was measured on a film."""
        return self._measurements.get(number, ())

    def keep_measurements(self, number: int, measurements: Measurements) -> None:
        """Remember what is measured on a film."""
        if measurements:
            self._measurements[number] = measurements
        else:
            self._measurements.pop(number, None)
