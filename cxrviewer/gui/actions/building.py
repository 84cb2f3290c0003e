"""QActions, menus and the toolbar, made from the table of actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QToolBar

from cxrviewer.gui.actions.spec import ActionSpec
from cxrviewer.gui.icons import icon

Handler = Callable[..., Any]

_ROLES: Final = {
    "none": QAction.MenuRole.NoRole,
    "about": QAction.MenuRole.AboutRole,
    "preferences": QAction.MenuRole.PreferencesRole,
    "quit": QAction.MenuRole.QuitRole,
}


def action_text(spec: ActionSpec) -> str:
    """Return the action's name in the language of the window."""
    return QCoreApplication.translate("Actions", spec.text)


def action_tip(spec: ActionSpec) -> str:
    """Return the sentence that explains the action, in the language of the window."""
    return QCoreApplication.translate("Actions", spec.tip)


def menu_titles(path: Sequence[str]) -> tuple[str, ...]:
    """Return the titles of a menu path in the language of the window, with their mnemonics."""
    return tuple(QCoreApplication.translate("Menus", title) for title in path)


def menu_words(path: Sequence[str]) -> str:
    """Return a menu path in words: "File > Export"."""
    return " > ".join(title.replace("&", "") for title in menu_titles(path))


def shortcut_words(spec: ActionSpec) -> str:
    """Return the action's keys as this platform writes them, several ways apart by a comma and "or"."""
    joiner = QCoreApplication.translate("Actions", " or ")
    keys = (QKeySequence(shortcut, QKeySequence.SequenceFormat.PortableText) for shortcut in spec.shortcuts)
    return joiner.join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in keys)


def build_actions(parent: QObject, specs: Iterable[ActionSpec], handlers: Mapping[str, Handler]) -> dict[str, QAction]:
    """Return one QAction for each spec, by id, connected to its handler.

    The handler of a checkable action is called with the new state, any other without arguments. An action without a
    handler is disabled. Raises ValueError for handlers of actions that are not in the table.
    """
    specs = tuple(specs)
    unknown = set(handlers) - {spec.id for spec in specs}
    if unknown:
        raise ValueError(f"expected handlers of actions in the table, got {', '.join(sorted(unknown))}")
    groups: dict[str, QActionGroup] = {}
    actions: dict[str, QAction] = {}
    for spec in specs:
        action = _action(parent, spec, handlers.get(spec.id))
        if spec.group:
            if spec.group not in groups:
                groups[spec.group] = QActionGroup(parent)
            groups[spec.group].addAction(action)
        actions[spec.id] = action
    return actions


def _action(parent: QObject, spec: ActionSpec, handler: Handler | None) -> QAction:
    text = action_text(spec)
    action = QAction(text.replace("&", "&&"), parent)
    action.setObjectName(spec.id)
    action.setIconText(text)
    action.setShortcuts([QKeySequence(key, QKeySequence.SequenceFormat.PortableText) for key in spec.shortcuts])
    tip = action_tip(spec)
    action.setStatusTip(tip)
    action.setWhatsThis(tip)
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    action.setToolTip(f"{text} ({keys})\n{tip}" if keys else f"{text}\n{tip}")
    action.setMenuRole(_ROLES[spec.role])
    action.setCheckable(spec.checkable)
    if handler is None:
        action.setEnabled(False)
    elif spec.checkable:
        # PySide would count the parameters of a bare handler and leave the state out where it has a default.
        action.triggered.connect(lambda checked: handler(checked))  # noqa: PLW0108
    else:
        action.triggered.connect(lambda _checked: handler())
    return action


def show_icons(specs: Iterable[ActionSpec], actions: Mapping[str, QAction]) -> None:
    """Give actions their icons in the colours of the palette; called again after a change of theme."""
    for spec in specs:
        if spec.icon:
            actions[spec.id].setIcon(icon(spec.icon))


def build_menus(
    bar: QMenuBar, specs: Iterable[ActionSpec], actions: Mapping[str, QAction]
) -> dict[tuple[str, ...], QMenu]:
    """Fill the menu bar in the order of the table and return every menu by its path (source texts).

    A menu's icons are drawn when it is opened, always in the colours of the palette then, so that they cost the start
    of the window nothing.
    """
    specs = tuple(specs)
    menus: dict[tuple[str, ...], QMenu] = {}
    last_section: dict[tuple[str, ...], str] = {}
    for spec in specs:
        for depth in range(1, len(spec.menu)):
            # A submenu is an entry of its parent and belongs to the section of its first action.
            inner = spec.menu[: depth + 1]
            if inner not in menus:
                _separate(_menu(bar, menus, spec.menu[:depth]), last_section, spec.menu[:depth], spec.section)
        menu = _menu(bar, menus, spec.menu)
        _separate(menu, last_section, spec.menu, spec.section)
        menu.addAction(actions[spec.id])
    for path, menu in menus.items():
        inside = [spec for spec in specs if spec.menu == path]
        menu.aboutToShow.connect(lambda inside=inside: show_icons(inside, actions))
    return menus


def _menu(bar: QMenuBar, menus: dict[tuple[str, ...], QMenu], path: tuple[str, ...]) -> QMenu:
    if path not in menus:
        title = menu_titles(path)[-1]
        outer: QMenuBar | QMenu = bar if len(path) == 1 else _menu(bar, menus, path[:-1])
        menu = outer.addMenu(title)
        menu.setObjectName("/".join(path))
        menu.setAccessibleName(title.replace("&", ""))
        menu.setToolTipsVisible(False)
        menus[path] = menu
    return menus[path]


def _separate(menu: QMenu, last_section: dict[tuple[str, ...], str], path: tuple[str, ...], section: str) -> None:
    if last_section.get(path, section) != section:
        menu.addSeparator()
    last_section[path] = section


def build_toolbar(toolbar: QToolBar, specs: Iterable[ActionSpec], actions: Mapping[str, QAction]) -> None:
    """Put the actions that belong there on a toolbar; its buttons have names for screen readers."""
    shown = [spec for spec in specs if spec.toolbar]
    show_icons(shown, actions)
    for before, spec in pairwise([None, *shown]):
        if before is not None and (before.menu[0], before.section) != (spec.menu[0], spec.section):
            toolbar.addSeparator()
        toolbar.addAction(actions[spec.id])
        button = toolbar.widgetForAction(actions[spec.id])
        button.setAccessibleName(action_text(spec))
        button.setAccessibleDescription(action_tip(spec))
