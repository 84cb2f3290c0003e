"""What a recipe is: everything that decides a training run, frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cxrviewer.domain import InputSpec
from training.augmentation import Augmentation

Pooling = Literal["global-average", "average-2x2", "none"]


@dataclass(frozen=True)
class HiddenLayer:
    """A dense layer with ReLU, and the share of its outputs that dropout zeroes while training."""

    units: int
    dropout: float = 0.0


@dataclass(frozen=True)
class Head:
    """What stands between the backbone's last feature maps and the logits."""

    pooling: Pooling = "global-average"
    dropout: float = 0.0
    hidden: tuple[HiddenLayer, ...] = ()
    logits: int = 3


@dataclass(frozen=True)
class Architecture:
    """A backbone of ``keras.applications`` and the head on it.

    ``batch_norm_momentum`` None keeps Keras' own (0.999 in MobileNets, slow for a short fine-tuning).
    """

    backbone: str
    head: Head
    batch_norm_momentum: float | None = None


@dataclass(frozen=True)
class Phase:
    """Some epochs with one optimiser: AdamW with linear warm-up and cosine decay to 0."""

    epochs: int
    learning_rate: float
    warm_up_steps: int = 0
    weight_decay: float = 0.0


@dataclass(frozen=True)
class Cell:
    """How many films of one label and source an epoch draws."""

    label: str
    source: str
    films: int


@dataclass(frozen=True)
class Comparison:
    """A figure of its own in the evaluation: one finding against another, on some sources (all where
    empty).
    """

    name: str
    positive: str
    negative: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Card:
    """What a bundle made by a recipe says of itself; ``collections`` tells where each source's films come
    from.
    """

    version: str
    licence: str
    initial_weights: str
    intended_use: str
    not_intended_for: str
    limits: tuple[str, ...]
    collections: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Recipe:
    """One training run, described whole.

    ``description``, ``expected`` (in words: what it gave, on what machine, in what time), ``comparisons`` and
    ``card`` do not change the weights; everything else does.
    """

    name: str
    description: str
    findings: tuple[str, ...]
    input: InputSpec
    architecture: Architecture
    phases: tuple[Phase, ...]
    cells: tuple[Cell, ...]
    augmentation: Augmentation
    batch_size: int
    label_smoothing: float
    average_decay: float
    seed: int
    expected: str
    card: Card
    comparisons: tuple[Comparison, ...] = ()

    @property
    def epochs(self) -> int:
        """All phases' epochs together."""
        return sum(phase.epochs for phase in self.phases)
