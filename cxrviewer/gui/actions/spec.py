"""What an action is before it is a QAction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MenuRole = Literal["none", "about", "preferences", "quit"]


@dataclass(frozen=True)
class ActionSpec:
    """One thing that a person can ask the window to do.

    text, tip: English, the source texts of the translation context "Actions"; ``tip`` is a whole sentence. menu: the
    titles from the menu bar down, source texts of the context "Menus". shortcuts: in Qt's portable form, the first is
    the one that is shown. icon: the name of a picture in resources/icons, or "". section: actions of one menu that
    stand together; a separator stands between sections. group: at most one of the actions with this name is checked.
    role: where macOS moves the action to.
    """

    id: str
    text: str
    menu: tuple[str, ...]
    shortcuts: tuple[str, ...]
    tip: str
    icon: str = ""
    section: str = ""
    checkable: bool = False
    group: str = ""
    toolbar: bool = False
    role: MenuRole = "none"
