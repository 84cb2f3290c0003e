"""Preferences and short lists in an ini file of the user's own; what is damaged there falls back to the default."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QSettings

from cxrviewer.gui.preferences.preferences import (
    DEFAULT_WINDOWS,
    ENGINES,
    LANGUAGES,
    LEAST_TEXT_SCALE,
    MOST_TEXT_SCALE,
    MOST_WORKERS,
    THEMES,
    Preferences,
)
from cxrviewer.imaging.rendering import COLOUR_MAPS

_GROUP: Final = "preferences"
_MOST_RECENT: Final = 15
_MOST_USED: Final = 12


def default_settings_path() -> Path:
    """Return where the window's settings are kept: ``window.ini`` in the user's configuration folder."""
    from platformdirs import user_config_path

    return user_config_path("cxrviewer", appauthor=False) / "window.ini"


def open_settings(path: Path | None = None) -> QSettings:
    """Open the ini file of the window's settings; it is made when something is first written."""
    return QSettings(str(default_settings_path() if path is None else path), QSettings.Format.IniFormat)


@dataclass(frozen=True)
class LoadedPreferences:
    """Preferences, and for each value that could not be used a sentence that says so."""

    preferences: Preferences
    warnings: tuple[str, ...] = ()


def load_preferences(settings: QSettings) -> LoadedPreferences:
    """Read the preferences; a value that is unknown or damaged is the default, with a warning."""
    values: dict[str, Any] = {}
    warnings: list[str] = []
    if settings.status() != QSettings.Status.NoError:
        warnings.append(_unreadable(settings))
    for entry in fields(Preferences):
        key = f"{_GROUP}/{entry.name}"
        if not settings.contains(key):
            continue
        stored = settings.value(key)
        try:
            values[entry.name] = _READERS[entry.name](stored)
        except (TypeError, ValueError):
            warnings.append(_unusable(entry.name, stored, entry.default))
    return LoadedPreferences(Preferences(**values), tuple(warnings))


def save_preferences(settings: QSettings, preferences: Preferences) -> str:
    """Write the preferences and return "", or a sentence that says why they could not be written."""
    for entry in fields(Preferences):
        settings.setValue(f"{_GROUP}/{entry.name}", getattr(preferences, entry.name))
    settings.sync()
    if settings.status() == QSettings.Status.NoError:
        return ""
    return QCoreApplication.translate(
        "StoredPreferences", "The settings could not be written to {path}; check the disk and your rights there."
    ).format(path=settings.fileName())


def recent_paths(settings: QSettings) -> list[str]:
    """Return the files and folders that were opened last, the last one first."""
    return _texts(settings.value("recent/paths"))[:_MOST_RECENT]


def remember_path(settings: QSettings, path: str) -> list[str]:
    """Put a file or folder at the head of the recent ones and return them."""
    return _put_first(settings, "recent/paths", path, _MOST_RECENT)


def clear_recent_paths(settings: QSettings) -> None:
    """Forget the recent files and folders."""
    settings.remove("recent/paths")


def used_commands(settings: QSettings) -> list[str]:
    """Return the ids of the actions that were last chosen in the command palette, the last one first."""
    return _texts(settings.value("palette/used"))[:_MOST_USED]


def remember_command(settings: QSettings, action_id: str) -> list[str]:
    """Put an action at the head of those that were chosen in the command palette and return their ids."""
    return _put_first(settings, "palette/used", action_id, _MOST_USED)


def _put_first(settings: QSettings, key: str, text: str, most: int) -> list[str]:
    texts = [text, *(other for other in _texts(settings.value(key)) if other != text)][:most]
    settings.setValue(key, texts)
    return texts


def _texts(stored: Any) -> list[str]:
    """Return a list of texts; QSettings gives a list of one as a plain text, and an empty one as nothing."""
    if isinstance(stored, str):
        return [stored] if stored else []
    return [text for text in stored if isinstance(text, str) and text] if isinstance(stored, list) else []


def _unreadable(settings: QSettings) -> str:
    return QCoreApplication.translate(
        "StoredPreferences", "The settings in {path} cannot be read in full; what is missing has its default."
    ).format(path=settings.fileName())


def _unusable(name: str, stored: Any, default: Any) -> str:
    return QCoreApplication.translate(
        "StoredPreferences", "The setting {name} cannot be {value}; it is {default} until you change it."
    ).format(name=name, value=repr(stored)[:80], default=repr(default))


def _text(stored: Any) -> str:
    if not isinstance(stored, str) or "\0" in stored:
        raise ValueError(f"expected a text, got {stored!r}")
    return stored


def _one_of(allowed: tuple[str, ...]) -> Callable[[Any], str]:
    def read(stored: Any) -> str:
        if stored not in allowed:
            raise ValueError(f"expected one of {allowed}, got {stored!r}")
        return str(stored)

    return read


def _truth(stored: Any) -> bool:
    truth = {"true": True, "false": False}.get(str(stored).lower())
    if truth is None:
        raise ValueError(f"expected true or false, got {stored!r}")
    return truth


def _workers(stored: Any) -> int:
    count = int(stored)
    if not 0 <= count <= MOST_WORKERS:
        raise ValueError(f"expected 0 to {MOST_WORKERS} workers, got {count}")
    return count


def _text_scale(stored: Any) -> float:
    scale = float(stored)
    if not math.isfinite(scale) or not LEAST_TEXT_SCALE <= scale <= MOST_TEXT_SCALE:
        raise ValueError(f"expected {LEAST_TEXT_SCALE} to {MOST_TEXT_SCALE}, got {scale}")
    return scale


def _level(stored: Any) -> float:
    level = float(stored)
    if not math.isfinite(level) or not 0.0 <= level < 1.0:
        raise ValueError(f"expected a level from 0 to below 1, got {level}")
    return level


_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "bundle": _text,
    "engine": _one_of(ENGINES),
    "workers": _workers,
    "colour_map": _one_of(COLOUR_MAPS),
    "default_window": _one_of(DEFAULT_WINDOWS),
    "theme": _one_of(THEMES),
    "text_scale": _text_scale,
    "show_patient_data": _truth,
    "store_folder": _text,
    "language": _one_of(LANGUAGES),
    "level": _level,
    "agreement": _truth,
}
