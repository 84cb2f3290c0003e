"""What a recipe is: everything that decides a training run, frozen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from cxrviewer.domain import InputSpec
from training.augmentation import Augmentation
from training.geometry import Geometry

Pooling = Literal["global-average", "average-2x2", "none", "lung-weighted"]
Preprocessing = Literal["none", "imagenet-bgr-mean", "imagenet-mean-std", "training-mean"]
BatchNormStatistics = Literal["batch", "moving"]
Combination = Literal["", "probabilities", "features"]
Optimiser = Literal["adamw", "adam", "sgd", "rmsprop"]
Schedule = Literal["cosine", "constant"]
# Nothing (0), the backbone's first n layers, the blocks of these names, or the whole backbone.
Frozen = int | Literal["backbone"] | tuple[str, ...]
Kept = Literal["average", "mean", "last", "best"]
ClassWeights = Literal["none", "max/count"]
LossName = Literal["cross-entropy", "focal", "expected-cost"]


@dataclass(frozen=True)
class HiddenLayer:
    """A dense layer with ReLU, and the share of its outputs that dropout zeroes while training."""

    units: int
    dropout: float = 0.0


@dataclass(frozen=True)
class Head:
    """What stands between the backbone's last feature maps and the logits.

    "lung-weighted": the mean over the positions where the network itself sees lung, which ``Recipe.lung_loss`` teaches
    it; a finding then has no evidence elsewhere.
    """

    pooling: Pooling = "global-average"
    dropout: float = 0.0
    hidden: tuple[HiddenLayer, ...] = ()
    logits: int = 3


@dataclass(frozen=True)
class Architecture:
    """A backbone of ``keras.applications`` and the head on it, or an ensemble of such networks.

    ``batch_norm_momentum`` None keeps Keras' own (0.999 in MobileNets, slow for a short fine-tuning).
    ``batch_norm_statistics`` "moving" normalises with the moving averages while training too, wherever a layer is
    frozen or not, as ``base_model(image, training=False)`` does. ``preprocessing`` is part of the network:
    "training-mean" centres on the mean of the training films. ``width`` multiplies a MobileNet's filters. An ensemble
    has the backbone "ensemble", ``members`` (the names of their recipes) and what of them it combines.
    """

    backbone: str
    head: Head
    batch_norm_momentum: float | None = None
    batch_norm_statistics: BatchNormStatistics = "batch"
    preprocessing: Preprocessing = "none"
    width: float = 1.0
    members: tuple[str, ...] = ()
    combine: Combination = ""


@dataclass(frozen=True)
class Phase:
    """Some epochs with one optimiser and one set of frozen layers.

    "cosine": linear warm-up of at most a tenth of the phase's steps, then cosine decay to 0 at its end; "constant" has
    neither. ``weight_decay`` is AdamW's only. ``frozen`` counts the backbone's layers as Keras does, its input layer
    being the first.
    """

    epochs: int
    learning_rate: float
    warm_up_steps: int = 0
    weight_decay: float = 0.0
    optimiser: Optimiser = "adamw"
    schedule: Schedule = "cosine"
    frozen: Frozen = 0


@dataclass(frozen=True)
class Plateau:
    """Multiply the learning rate by ``factor`` where the validation loss has not fallen for ``patience`` epochs."""

    factor: float = 0.5
    patience: int = 3


@dataclass(frozen=True)
class Loss:
    """What training makes small; see ``training.losses``.

    ``gamma`` is the focal loss' focus. ``costs``, rows labels and columns predictions in the order of the findings, is
    what "expected-cost" adds to the cross-entropy.
    """

    name: LossName = "cross-entropy"
    gamma: float = 2.0
    costs: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True)
class SourceBlindHead:
    """The last dense layer fitted anew after training; see ``training.source_blind``.

    ``nuisance`` weighs the scatter between the sources of a label, ``shrinkage`` the identity, against the films' own
    scatter; ``components`` of the features are used.
    """

    nuisance: float = 10.0
    shrinkage: float = 0.1
    components: int = 128


@dataclass(frozen=True)
class RegressionStart:
    """The last dense layer begun as a logistic regression; see ``training.regression_start``.

    ``penalty`` weighs half the squared kernel, of standardised features, against the mean cross-entropy; at most
    ``films_of_cell`` films of every label and source are read for it.
    """

    penalty: float = 0.1
    films_of_cell: int = 600


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
class LeftOut:
    """What a leave-one-source-out run never sees: a source's films of one label, or without ``label`` all of them."""

    source: str
    label: str = ""


@dataclass(frozen=True)
class Card:
    """What a bundle made by a recipe says of itself; ``collections`` tells where each source's films come
    from. Without ``initial_weights`` they are what the run was started with.
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

    Without ``findings`` they are the classes of the data. With ``cells`` an epoch draws films by label and source,
    without, every training film comes once. ``augmentation`` is ours, ``geometry`` the articles'. ``keep``: which
    network a run gives, the moving average of the weights, the mean of those after every step but the first
    ``mean_from``, the last one, or the one with the lowest validation loss. ``stopping_patience``: how many epochs a
    phase goes on without a lower validation loss (None: to its end).
    ``aliases`` are other words for findings that data may use.

    ``lung_loss`` weighs the cross-entropy of the "lung-weighted" pooling's weights and the lung maps of
    ``training.lungs`` against ``loss``.

    ``source_blind``: after the last epoch the last dense layer is fitted anew, blind to what tells sources apart; None
    leaves it as it was trained.

    ``regression_start``: before the first epoch the last dense layer is fitted to what the backbone gives as it is
    loaded; None leaves it random.

    ``left_out`` is what ``leave-out`` leaves out in turn; without it, every source.

    ``description``, ``expected`` (in words: what it gave, on what machine, in what time), ``comparisons``,
    ``left_out`` and ``card`` do not change the weights; everything else does.
    """

    name: str
    description: str
    findings: tuple[str, ...]
    input: InputSpec
    architecture: Architecture
    phases: tuple[Phase, ...]
    cells: tuple[Cell, ...]
    augmentation: Augmentation | None
    batch_size: int
    label_smoothing: float
    average_decay: float
    seed: int
    expected: str
    card: Card
    comparisons: tuple[Comparison, ...] = ()
    geometry: Geometry | None = None
    loss: Loss = Loss()
    lung_loss: float = 0.0
    class_weights: ClassWeights = "none"
    keep: Kept = "average"
    mean_from: int = 0
    stopping_patience: int | None = None
    plateau: Plateau | None = None
    aliases: tuple[tuple[str, str], ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    source_blind: SourceBlindHead | None = None
    regression_start: RegressionStart | None = None

    @property
    def uses_lung_maps(self) -> bool:
        """Whether training needs to know where the lungs of its films lie."""
        swaps = self.augmentation is not None and self.augmentation.background > 0
        return swaps or self.architecture.head.pooling == "lung-weighted"

    @property
    def epochs(self) -> int:
        """All phases' epochs together."""
        return sum(phase.epochs for phase in self.phases)


def for_findings(recipe: Recipe, findings: tuple[str, ...]) -> Recipe:
    """Return a recipe that has no findings of its own with those of the data, one logit for each; others as they
    are.
    """
    if recipe.findings:
        return recipe
    head = replace(recipe.architecture.head, logits=len(findings))
    return replace(recipe, findings=findings, architecture=replace(recipe.architecture, head=head))


def describe_phase(phase: Phase) -> str:
    """Return a phase in words: epochs, optimiser, learning rate, what is frozen."""
    names = {"adamw": "AdamW", "adam": "Adam", "sgd": "SGD", "rmsprop": "RMSprop"}
    words = [f"{phase.epochs} epochs", names[phase.optimiser]]
    rate = f"learning rate {phase.learning_rate:g}"
    if phase.schedule == "cosine":
        rate += f" after {phase.warm_up_steps} steps of warm-up, cosine decay"
    words.append(rate)
    if phase.optimiser == "adamw":
        words.append(f"weight decay {phase.weight_decay:g}")
    if phase.frozen == "backbone":
        words.append("backbone frozen")
    elif isinstance(phase.frozen, int):
        if phase.frozen:
            words.append(f"the backbone's first {phase.frozen} layers frozen")
    else:
        words.append(f"{', '.join(phase.frozen)} frozen")
    return ", ".join(words)


def describe_architecture(architecture: Architecture) -> str:
    """Return the backbone's name, with its width where it is not 1 and a pooling by lung, or an ensemble's members."""
    if architecture.members:
        return f"Ensemble of {', '.join(architecture.members)}, by their {architecture.combine}"
    width = "" if architecture.width == 1.0 else f", width {architecture.width:g}"
    pooling = ", features pooled where it sees lung" if architecture.head.pooling == "lung-weighted" else ""
    return f"{architecture.backbone}{width}{pooling}"
