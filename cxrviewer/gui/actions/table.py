"""Every action of the window, in the order of the menus."""

from __future__ import annotations

from typing import Final

from cxrviewer.gui.actions.film_actions import FILM_ACTIONS
from cxrviewer.gui.actions.program_actions import FILE_ACTIONS, HELP_ACTIONS, VIEW_ACTIONS
from cxrviewer.gui.actions.radiograph_actions import HEATMAP_ACTIONS, RADIOGRAPH_ACTIONS
from cxrviewer.gui.actions.spec import ActionSpec

ACTIONS: Final[tuple[ActionSpec, ...]] = (
    *FILE_ACTIONS,
    *RADIOGRAPH_ACTIONS,
    *HEATMAP_ACTIONS,
    *FILM_ACTIONS,
    *VIEW_ACTIONS,
    *HELP_ACTIONS,
)

WINDOW_PRESET_ACTIONS: Final = {
    "window.default": "default",
    "window.auto": "auto",
    "window.lung": "lung",
    "window.bone": "bone",
    "window.full": "full",
}
"""Which preset of ``preferences.DEFAULT_WINDOWS`` an action means."""
