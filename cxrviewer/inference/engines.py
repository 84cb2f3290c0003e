"""Engines by name; each one's runtime is imported when it is opened."""

from __future__ import annotations

from typing import Literal, get_args

from cxrviewer.errors import EngineError
from cxrviewer.inference.bundle import Bundle, EngineName
from cxrviewer.inference.engine import Engine

EngineChoice = Literal["auto", "litert", "keras"]
ENGINE_NAMES: tuple[EngineChoice, ...] = get_args(EngineChoice)


def resolve_engine(name: str, bundle: Bundle) -> EngineName:
    """Return the engine that a choice means for a bundle, without opening it.

    ``auto`` is litert where the bundle has a file for it, else keras. It never looks for a GPU: that would
    import TensorFlow, which takes longer than litert needs for hundreds of radiographs. Whoever has one says
    ``keras``. Raises EngineError for another name.
    """
    if name not in ENGINE_NAMES:
        raise EngineError(f"expected an engine among {', '.join(ENGINE_NAMES)}, got {name!r}.")
    if name == "litert" or (name == "auto" and "litert" in bundle.metadata.engines):
        return "litert"
    return "keras"


def open_engine(name: str, bundle: Bundle, threads: int = 1) -> Engine:
    """Open the engine that ``resolve_engine`` says, with that many CPU threads.

    Raises EngineError for another name or a missing runtime, and what the engine raises for a bundle that is
    wrong.
    """
    if resolve_engine(name, bundle) == "litert":
        from cxrviewer.inference.litert_engine import LiteRTEngine

        return LiteRTEngine(bundle, threads)
    from cxrviewer.inference.keras_engine import KerasEngine

    return KerasEngine(bundle, threads)
