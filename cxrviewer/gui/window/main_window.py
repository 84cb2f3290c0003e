"""The main window: puts the parts together and connects them; what they do is theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QByteArray, QEvent, QSize
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from cxrviewer.gui.actions.building import build_actions, build_menus, build_toolbar, show_icons
from cxrviewer.gui.actions.program_actions import RECENT_MENU
from cxrviewer.gui.actions.table import ACTIONS
from cxrviewer.gui.canvas.compare import CompareView
from cxrviewer.gui.labels.labelling import Labelling
from cxrviewer.gui.notices import NoticesPanel
from cxrviewer.gui.opening.dropping import accept_drops
from cxrviewer.gui.opening.recent_menu import fill_recent_menu
from cxrviewer.gui.opening.welcome import WelcomePage
from cxrviewer.gui.preferences.preferences import Preferences
from cxrviewer.gui.preferences.stored import recent_paths
from cxrviewer.gui.session import Session
from cxrviewer.gui.study_list.model import StudyListModel
from cxrviewer.gui.study_list.panel import StudyListPanel
from cxrviewer.gui.study_list.thumbnails import DecodedThumbnails
from cxrviewer.gui.theme import Theme
from cxrviewer.gui.viewer.view_commands import ViewCommands
from cxrviewer.gui.viewer.viewer import FilmViewer
from cxrviewer.gui.window.docks import Docks
from cxrviewer.gui.window.explaining import Explaining
from cxrviewer.gui.window.export_commands import ExportCommands
from cxrviewer.gui.window.film_commands import FilmCommands
from cxrviewer.gui.window.film_panels import FilmPanels
from cxrviewer.gui.window.opening_commands import OpeningCommands
from cxrviewer.gui.window.pacs_commands import PacsCommands
from cxrviewer.gui.window.program_commands import ProgramCommands
from cxrviewer.gui.window.status_line import StatusLine
from cxrviewer.gui.window.unfinished_bar import UnfinishedBar
from cxrviewer.results.chosen_thresholds import ChosenThresholds

_STATE_VERSION: Final = 1  # of the docks and toolbars that a saved state speaks of
_SIZE: Final = QSize(1440, 900)
_SHARE_OF_SCREEN: Final = 0.92
_CONTEXT_ACTIONS: Final = (
    "film.reanalyse", "film.reveal", "edit.copy_row", "label.agree", "label.disagree", "label.note", "label.clear",
    "film.remove",
)  # fmt: skip
_AHEAD, _BEHIND = 3, 1  # films decoded before they are asked for


class MainWindow(QMainWindow):
    """Study list, radiographs and results, with every action of the table in its menus.

    It owns its parts and ends the session when it is closed.
    """

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self.session = session
        self._theme = theme
        self.setObjectName("cxrviewer")
        self.setWindowTitle(self.tr("cxrviewer: research use only, not for diagnosis"))
        self.resize(self._first_size())
        self._make_parts()
        self._make_actions()
        self._lay_out()
        self._connect()
        self._restore()
        self._show_middle()
        self._tell_notice()  # of what failed before there was a window
        session.tell_unfinished()
        self.study_list.table.setFocus()  # else the filter has it, and keys that walk would be typed there

    # Made once

    def _make_parts(self) -> None:
        session = self.session
        self.model = StudyListModel(
            session.store, session.findings(), DecodedThumbnails(session.decoder, session), self
        )
        self.study_list = StudyListPanel(session.store, self.model)
        self.compare = CompareView()
        self.viewer = FilmViewer(session, self.compare, self)
        self.welcome = WelcomePage()
        self.panels = FilmPanels(session, self.viewer, self)
        self.explaining = Explaining(session, self.viewer, self.panels.heatmap, self)
        self.notices_panel = NoticesPanel(session.notices)
        self.unfinished = UnfinishedBar()
        self.status = StatusLine(self.statusBar(), self.compare)
        self.films = FilmCommands(session, self.study_list, self)
        self.views = ViewCommands(self.viewer, lambda: self.films.chosen_films(4), self)
        self.opening = OpeningCommands(session, self.model, self)
        self.labelling = Labelling(session.store, self.model, session.undo, self)
        self.exports = ExportCommands(session, self.model, self.films, self.viewer, self)
        self.program = ProgramCommands(session, self._theme, self)
        self.pacs = PacsCommands(session, self.model, self.films, self)
        self._show_findings()

    def _make_actions(self) -> None:
        self._docks = Docks(
            self,
            {
                "study_list": self._study_list_page(),
                "result": self.panels.result,
                "heatmap": self.panels.heatmap,
                "window": self.panels.window,
                "facts": self.panels.facts,
                "network_input": self.panels.network_input,
                "notices": self.notices_panel,
            },
        )
        self.actions_by_id = build_actions(self, ACTIONS, self._handlers())
        for part in (self._docks, self.views, self.films, self.program, self.explaining):
            part.follow(self.actions_by_id)
        menus = build_menus(self.menuBar(), ACTIONS, self.actions_by_id)
        self._recent_menu = menus[RECENT_MENU]
        self.toolbar = self.addToolBar(self.tr("Tools"))
        self.toolbar.setObjectName("toolbar")
        self.toolbar.setIconSize(QSize(20, 20))
        build_toolbar(self.toolbar, ACTIONS, self.actions_by_id)

    def _handlers(self) -> dict[str, Callable[..., Any]]:
        chosen = self.films.chosen_numbers
        found: dict[str, Callable[..., Any]] = {
            "edit.undo": self.session.undo.undo,
            "edit.redo": self.session.undo.redo,
            "edit.filter": self._focus_filter,
            "label.agree": lambda: self.labelling.agree(chosen()),
            "label.disagree": lambda: self.labelling.disagree(chosen()),
            "label.note": lambda: self.labelling.note(chosen()),
            "label.clear": lambda: self.labelling.clear(chosen()),
            "label.summary": self.labelling.show_summary,
        }
        for part in (
            self._docks, self.views, self.films, self.opening, self.program, self.exports, self.explaining,
            self.pacs,
        ):  # fmt: skip
            found |= part.handlers()
        return found

    def _study_list_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.unfinished)
        column.addWidget(self.study_list, 1)
        return page

    def _lay_out(self) -> None:
        self._middle = QStackedWidget()
        self._middle.addWidget(self.welcome)
        self._middle.addWidget(self.compare)
        self.setCentralWidget(self._middle)
        self.statusBar().addWidget(self.exports.progress)
        self.study_list.table.set_actions([self.actions_by_id[action] for action in _CONTEXT_ACTIONS])
        self.drops = accept_drops(self, self.opening.open)
        self.welcome.set_recent(recent_paths(self.session.settings))
        self._fill_recent_menu(recent_paths(self.session.settings))

    def _connect(self) -> None:
        session, table = self.session, self.study_list.table
        table.current_film_changed.connect(self._show_current)
        table.open_requested.connect(self._open_film)
        # The current film may be in another view than the active one, or was taken off it.
        table.clicked.connect(lambda index: self._show_current(self.model.film_number(index.row())))
        self.viewer.activated.connect(self._follow_view)
        self.viewer.film_changed.connect(lambda _: self.status.show_view())
        self.viewer.view_changed.connect(lambda _: self.status.show_view())
        self.model.rows_changed.connect(self._show_middle)
        self.model.store_failed.connect(session.notices.add)
        session.films_analysed.connect(self.model.films_changed)
        session.films_waiting.connect(self.model.films_read_again)
        session.bundle_changed.connect(self._show_findings)
        session.decision_changed.connect(self._show_findings)
        session.unfinished_changed.connect(self.unfinished.show_count)
        session.runner.engine_changed.connect(self.status.show_engine)
        session.notices.changed.connect(self._tell_notice)
        self.unfinished.resume_requested.connect(session.analyse_unfinished)
        self.films.removed.connect(self.viewer.forget)
        self.films.removed.connect(lambda _: session.find_stored_results())
        self.films.brought_back.connect(lambda _: session.find_stored_results())
        self.films.brought_back.connect(self._go_to)
        self.opening.first_opened.connect(self._show_opened)
        self.opening.recent_changed.connect(self.welcome.set_recent)
        self.opening.recent_changed.connect(self._fill_recent_menu)
        self.welcome.open_files.connect(self.opening.choose_files)
        self.welcome.open_folder.connect(self.opening.choose_folder)
        self.welcome.open_samples.connect(self.opening.open_samples)
        self.welcome.open_path.connect(lambda path: self.opening.open([path]))
        self.pacs.arrived.connect(self.opening.opening.open)
        self.labelling.failed.connect(session.notices.add_error)
        self.program.preferences_changed.connect(self._take_preferences)
        self.program.thresholds_chosen.connect(self._take_thresholds)
        for part in (self.films, self.opening, self.program, self.labelling, self.exports, self.explaining, self.pacs):
            part.said.connect(self.status.say)
        for name, signal in (("edit.undo", session.undo.canUndoChanged), ("edit.redo", session.undo.canRedoChanged)):
            self.actions_by_id[name].setEnabled(False)
            signal.connect(self.actions_by_id[name].setEnabled)
        session.undo.indexChanged.connect(lambda _: self._name_undo())
        self._theme.changed.connect(self._draw_icons)

    # What happens

    def open(self, paths: Sequence[Path]) -> None:
        """Open files and folders."""
        self.opening.open(paths)

    def _show_current(self, number: int | None) -> None:
        table = self.study_list.table
        film = table.current_film() if number is not None else None
        ahead = [near.path for near in table.films_around(_BEHIND, _AHEAD)] if film else []
        self.viewer.show_film(film, ahead)

    def _go_to(self, number: int) -> None:
        """Go to a film, also where the table has never ceased to call it the current one."""
        if self.study_list.table.select_film(number):
            self._show_current(number)

    def _open_film(self, number: int) -> None:
        self._show_current(number)
        self.compare.canvas().setFocus()

    def _show_opened(self, number: int) -> None:
        """Go to a film that was opened, also where the filter would keep it from sight."""
        if not self.study_list.table.select_film(number):
            self.study_list.filter_bar.clear()
            self.study_list.table.select_film(number)
            self.status.say(self.tr("The filter was cleared to show what was opened."))

    def _follow_view(self, number: int | None) -> None:
        """Go to the film of the view that became the active one."""
        if number is not None:
            self.study_list.table.select_film(number)

    def _show_middle(self) -> None:
        has_films = self.model.rowCount() or not self.model.wanted.is_empty or self.viewer.film
        self._middle.setCurrentWidget(self.compare if has_films else self.welcome)

    def _show_findings(self) -> None:
        self.study_list.set_findings(self.session.findings(), self.session.thresholds())

    def _take_thresholds(self, chosen: ChosenThresholds, level: float) -> None:
        """Decide the films of the list by other thresholds and another level, the one on screen first."""
        self.session.change_decision(chosen, level, self.viewer.film.number if self.viewer.film else None)
        self.program.keep_level(level)

    def _focus_filter(self) -> None:
        self._docks.show("study_list")
        self.study_list.filter_bar.focus_text()

    def _fill_recent_menu(self, paths: list[str]) -> None:
        fill_recent_menu(self._recent_menu, paths, lambda path: self.opening.open([path]))

    def _tell_notice(self) -> None:
        """Say the newest notice in the status bar; the panel has it with its details."""
        notices = self.session.notices.notices
        if notices:
            self.status.say(notices[0].text)
            if notices[0].level == "error" and not self._docks.is_visible("notices"):
                self._docks.show("notices")

    def _name_undo(self) -> None:
        for name, text in (
            ("edit.undo", self.session.undo.undoText()),
            ("edit.redo", self.session.undo.redoText()),
        ):
            action = self.actions_by_id[name]
            action.setText(f"{action.iconText()}: {text}" if text else action.iconText())

    def _take_preferences(self, preferences: Preferences) -> None:
        from dataclasses import replace

        self.panels.facts.keep_patient_data_shown(preferences.show_patient_data)
        self.pacs.show_patient_data(preferences.show_patient_data)
        self.viewer.set_heatmap(replace(self.viewer.heatmap, colour_map=preferences.colour_map))

    def _draw_icons(self) -> None:
        show_icons([spec for spec in ACTIONS if spec.toolbar], self.actions_by_id)

    # Kept from one start to the next

    def _first_size(self) -> QSize:
        screen = QGuiApplication.primaryScreen()
        return _SIZE.boundedTo(screen.availableSize() * _SHARE_OF_SCREEN) if screen else _SIZE

    def _restore(self) -> None:
        settings = self.session.settings
        geometry, state = settings.value("window/geometry"), settings.value("window/state")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        if isinstance(state, QByteArray):
            self.restoreState(state, _STATE_VERSION)
            self._docks.tick_all()
        table = settings.value("window/study_list")
        if isinstance(table, QByteArray):
            self.study_list.table.restore_state(table.data())
        current = settings.value("window/film")
        if isinstance(current, str) and current.isdigit():
            self.study_list.table.select_film(int(current))

    def _keep(self) -> None:
        settings = self.session.settings
        settings.setValue("window/geometry", self.saveGeometry())
        settings.setValue("window/state", self.saveState(_STATE_VERSION))
        settings.setValue("window/study_list", QByteArray(self.study_list.table.save_state()))
        film = self.viewer.film
        settings.setValue("window/film", str(film.number) if film else "")
        settings.sync()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Keep the tick of the full screen right, however it was left."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange and hasattr(self, "actions_by_id"):
            self.actions_by_id["view.full_screen"].setChecked(self.isFullScreen())

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Keep where everything is, and end all workers."""
        self._keep()
        self.labelling.close()
        self.exports.close()
        self.explaining.close()
        self.pacs.close()
        self.opening.opening.close()
        self.session.close()
        super().closeEvent(event)
