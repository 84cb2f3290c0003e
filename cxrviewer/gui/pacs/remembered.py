"""What of the last search is kept in the window's settings: node, dates and modality, and nothing of any patient."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, get_args

from PySide6.QtCore import QSettings

DateChoice = Literal["any", "today", "week", "month", "chosen"]
ModalityChoice = Literal["CR DX", "CR", "DX", "any"]

DATE_CHOICES: Final[tuple[DateChoice, ...]] = get_args(DateChoice)
MODALITY_CHOICES: Final[tuple[ModalityChoice, ...]] = get_args(ModalityChoice)
_DAYS: Final = {"today": 1, "week": 7, "month": 30}
_GROUP: Final = "pacs"


@dataclass(frozen=True)
class LastSearch:
    """The node that was searched last, by name, and with which dates and modality; folder: where films went."""

    node: str = ""
    dates: DateChoice = "week"
    date_from: date | None = None
    date_to: date | None = None
    modality: ModalityChoice = "CR DX"
    folder: str = ""


def dates_of(choice: DateChoice, today: date) -> tuple[date | None, date | None]:
    """Return the first and the last day that a quick choice means; none where it means no dates of its own."""
    if choice not in _DAYS:
        return None, None
    return today - timedelta(days=_DAYS[choice] - 1), today


def modalities_of(choice: ModalityChoice) -> tuple[str, ...]:
    """Return the modalities of a choice; none for any."""
    return () if choice == "any" else tuple(choice.split())


def load_last_search(settings: QSettings) -> LastSearch:
    """Return what was searched last; what is damaged there has its default."""
    default = LastSearch()
    dates = _text(settings, "dates")
    modality = _text(settings, "modality")
    return LastSearch(
        node=_text(settings, "node"),
        dates=dates if dates in DATE_CHOICES else default.dates,
        date_from=_day(_text(settings, "date_from")),
        date_to=_day(_text(settings, "date_to")),
        modality=modality if modality in MODALITY_CHOICES else default.modality,
        folder=_text(settings, "folder"),
    )


def save_last_search(settings: QSettings, search: LastSearch) -> None:
    """Keep what was searched last."""
    for name, value in (
        ("node", search.node),
        ("dates", search.dates),
        ("date_from", search.date_from.isoformat() if search.date_from else ""),
        ("date_to", search.date_to.isoformat() if search.date_to else ""),
        ("modality", search.modality),
        ("folder", search.folder),
    ):
        settings.setValue(f"{_GROUP}/{name}", value)


def _text(settings: QSettings, name: str) -> str:
    stored = settings.value(f"{_GROUP}/{name}", "")
    return stored if isinstance(stored, str) and "\0" not in stored else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
