"""What the actions on the program itself do: preferences, palette, theme, help."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QMainWindow

from cxrviewer.gui.actions.table import ACTIONS
from cxrviewer.gui.preferences.preferences import THEMES, Preferences
from cxrviewer.gui.preferences.stored import remember_command, save_preferences, used_commands
from cxrviewer.gui.session import Session
from cxrviewer.inference.bundle import available_bundles

if TYPE_CHECKING:
    from cxrviewer.gui.theme import Theme

_NEXT_START = ("store_folder", "language")


class ProgramCommands(QObject):
    """Carries out ``program.*``, ``theme.*``, ``view.full_screen``, ``view.patient_data`` and ``help.*``.

    Signals: ``preferences_changed`` (Preferences), ``thresholds_chosen`` (ChosenThresholds, level), ``said`` (a
    sentence for the status bar).
    """

    preferences_changed = Signal(object)
    thresholds_chosen = Signal(object, float)
    said = Signal(str)

    def __init__(self, session: Session, theme: Theme, window: QMainWindow) -> None:
        super().__init__(window)
        self._session = session
        self._theme = theme
        self._window = window
        self._actions: Mapping[str, QAction] = {}
        self._dialogs: dict[str, QDialog] = {}

    def handlers(self) -> dict[str, Callable[..., Any]]:
        """Return what each action calls, by its id."""
        found: dict[str, Callable[..., Any]] = {f"theme.{name}": partial(self._set_theme, name) for name in THEMES}
        return found | {
            "program.quit": self._window.close,
            "program.palette": self._show_palette,
            "program.preferences": self._show_preferences,
            "program.thresholds": self._show_thresholds,
            "view.full_screen": self._set_full_screen,
            "view.patient_data": lambda shown: self.change_preferences(
                replace(self._session.preferences, show_patient_data=shown)
            ),
            "help.guide": self._show_guide,
            "help.shortcuts": self._show_shortcuts,
            "help.model_card": self._show_model_card,
            "help.about": self._show_about,
        }

    def follow(self, actions: Mapping[str, QAction]) -> None:
        """Keep the ticks of these actions as the preferences are."""
        self._actions = actions
        self._show_ticks()

    def change_preferences(self, preferences: Preferences) -> None:
        """Take other preferences, keep them, and say which of them wait for the next start."""
        before = self._session.preferences
        problem = save_preferences(self._session.settings, preferences)
        if problem:
            self._session.notices.add(problem)
        self._session.change_preferences(preferences)
        if (before.theme, before.text_scale) != (preferences.theme, preferences.text_scale):
            self._theme.apply(preferences.theme, preferences.text_scale)
        self._show_ticks()
        self.preferences_changed.emit(preferences)
        if any(getattr(before, name) != getattr(preferences, name) for name in _NEXT_START):
            self.said.emit(self.tr("The language and the folder of results change with the next start."))

    def _show_ticks(self) -> None:
        preferences = self._session.preferences
        self._actions[f"theme.{preferences.theme}"].setChecked(True)
        self._actions["view.patient_data"].setChecked(preferences.show_patient_data)

    def _set_theme(self, name: str, _checked: bool = True) -> None:
        self.change_preferences(replace(self._session.preferences, theme=name))

    def _set_full_screen(self, on: bool) -> None:
        # The other states stay: a window that was maximised is so again afterwards.
        state, full = self._window.windowState(), Qt.WindowState.WindowFullScreen
        self._window.setWindowState(state | full if on else state & ~full)

    def _show_palette(self) -> None:
        from cxrviewer.gui.actions.command_palette import CommandPalette, command_entries

        entries = command_entries(ACTIONS, self._actions, used_commands(self._session.settings))
        palette = CommandPalette(entries, self._window)
        palette.chosen.connect(self._run_command)
        self._open("palette", palette)

    def _run_command(self, action: str) -> None:
        remember_command(self._session.settings, action)
        self._actions[action].trigger()

    def _show_preferences(self) -> None:
        from cxrviewer.gui.preferences.dialog import PreferencesDialog

        bundles = [folder.name for folder in available_bundles()]
        dialog = PreferencesDialog(self._session.preferences, bundles, self._window)
        dialog.saved.connect(self.change_preferences)
        self._open("preferences", dialog)

    def _show_thresholds(self) -> None:
        bundle, chosen = self._session.bundle, self._session.chosen
        if bundle is None or chosen is None:
            self.said.emit(
                self.tr("There is no bundle whose thresholds could be chosen; choose one in the preferences.")
            )
            return
        from cxrviewer.gui.preferences.thresholds_dialog import ThresholdsDialog

        dialog = ThresholdsDialog(bundle, chosen, self._session.preferences.level, self._window)
        dialog.saved.connect(self.thresholds_chosen)
        self._open("thresholds", dialog)

    def keep_level(self, level: float) -> None:
        """Keep the level of prediction sets, which the session uses already, for the next start."""
        problem = save_preferences(self._session.settings, replace(self._session.preferences, level=level))
        if problem:
            self._session.notices.add(problem)

    def _show_guide(self) -> None:
        from cxrviewer.gui.document_dialog import guide_dialog

        self._open("guide", guide_dialog(self._window))

    def _show_model_card(self) -> None:
        from cxrviewer.gui.document_dialog import model_card_dialog

        if self._session.bundle is None:
            self.said.emit(self.tr("There is no bundle whose card could be shown; choose one in the preferences."))
        else:
            self._open("model_card", model_card_dialog(self._session.bundle.folder, self._window))

    def _show_shortcuts(self) -> None:
        from cxrviewer.gui.actions.shortcuts_dialog import ShortcutsDialog

        self._open("shortcuts", ShortcutsDialog(ACTIONS, self._window))

    def _show_about(self) -> None:
        from cxrviewer.gui.about_dialog import AboutDialog

        self._open("about", AboutDialog(self._window))

    def _open(self, name: str, dialog: QDialog) -> None:
        """Show a dialog beside the window, in the place of an earlier one of the same name."""
        earlier = self._dialogs.pop(name, None)
        if earlier is not None:
            earlier.close()
            earlier.deleteLater()
        self._dialogs[name] = dialog
        dialog.finished.connect(lambda _: self._forget(name, dialog))
        dialog.setModal(name in ("palette", "preferences", "thresholds"))
        dialog.show()

    def _forget(self, name: str, dialog: QDialog) -> None:
        if self._dialogs.get(name) is dialog:
            del self._dialogs[name]
        dialog.deleteLater()
