"""What the window says of the engine: not started, starting, ready, or why it cannot run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication

EnginePhase = Literal["idle", "starting", "ready", "failed"]
_NAMES = {"litert": "LiteRT", "keras": "Keras (TensorFlow)"}


@dataclass(frozen=True)
class EngineState:
    """Where the engine is: its phase, name and device, its worker processes, and the reason where it failed."""

    phase: EnginePhase
    engine: str = ""
    device: str = ""
    workers: int = 0
    code: str = ""
    message: str = ""


def engine_state_text(state: EngineState) -> str:
    """Return what the status bar says of the engine, translated."""
    name = _NAMES.get(state.engine, state.engine)
    if state.phase == "idle":
        return QCoreApplication.translate("EngineState", "The engine starts with the next film.")
    if state.phase == "starting":
        return QCoreApplication.translate("EngineState", "Starting {engine} …").format(engine=name)
    if state.phase == "failed":
        return QCoreApplication.translate("EngineState", "The engine cannot run: {reason}").format(reason=state.message)
    if state.workers == 1:
        return QCoreApplication.translate("EngineState", "Ready: {engine} ({device}), 1 worker process").format(
            engine=name, device=state.device
        )
    return QCoreApplication.translate("EngineState", "Ready: {engine} ({device}), {workers} worker processes").format(
        engine=name, device=state.device, workers=state.workers
    )
