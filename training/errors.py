"""What can be wrong with data, weights or a run before or while training, by name."""

from __future__ import annotations


class TrainingError(Exception):
    """The root of every error that training raises on purpose; says what was expected, what came, what to
    do.
    """


class DataError(TrainingError):
    """The labelled films are not what the recipe needs."""


class WeightsError(TrainingError):
    """The initial weights are missing or are not of the recipe's architecture."""


class RunError(TrainingError):
    """The run's folder is not in the state that the command needs."""


class ArchitectureError(TrainingError):
    """The recipe, or an option, describes a network that cannot be built."""
