"""The preferences, and which values they may have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from cxrviewer.imaging.rendering import DEFAULT_COLOUR_MAP

# The window's start must not import what the engines need; a test holds these to those of inference.engines.
EngineChoice = Literal["auto", "litert", "keras"]
DefaultWindow = Literal["default", "auto", "lung", "bone", "full"]
ThemeChoice = Literal["system", "light", "dark"]
Language = Literal["", "en", "de"]

ENGINES: Final[tuple[EngineChoice, ...]] = get_args(EngineChoice)
DEFAULT_WINDOWS: Final[tuple[DefaultWindow, ...]] = get_args(DefaultWindow)
THEMES: Final[tuple[ThemeChoice, ...]] = get_args(ThemeChoice)
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
MOST_WORKERS: Final = 64
LEAST_TEXT_SCALE: Final = 0.75
MOST_TEXT_SCALE: Final = 3.0


@dataclass(frozen=True)
class Preferences:
    """What a person has chosen.

    bundle: the name or folder of a bundle, "" the first one that is shipped. workers: processes that analyse, 0 one
    for each processor. default_window: through which window a film opens. text_scale: times the system's size, 0.75
    to 3. store_folder: where results are kept, "" the user's data folder. language: "" the system's. level: of the
    prediction sets, in (0, 1), 0 the bundle's own. agreement: whether the network runs over altered versions, too.
    """

    bundle: str = ""
    engine: EngineChoice = "auto"
    workers: int = 0
    colour_map: str = DEFAULT_COLOUR_MAP
    default_window: DefaultWindow = "default"
    theme: ThemeChoice = "system"
    text_scale: float = 1.0
    show_patient_data: bool = False
    store_folder: str = ""
    language: Language = ""
    level: float = 0.0
    agreement: bool = False
