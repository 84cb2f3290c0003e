"""What training makes small, written with ``keras.ops`` only: it runs on TensorFlow, JAX and PyTorch.

A network with one logit z for two findings has the logits (-z/2, z/2), whose softmax is (1 - sigmoid(z), sigmoid(z)):
with them every loss here is the same for one logit as for several.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from training.recipe import Loss

# A tensor's type depends on the framework under Keras.
Tensor = Any


def two_sided(logits: Tensor) -> Tensor:
    """Return (N, K) logits: those given, or (-z/2, z/2) where there is only one."""
    return ops.concatenate([logits * -0.5, logits * 0.5], axis=-1) if logits.shape[-1] == 1 else logits


def smoothed(labels: Tensor, smoothing: float) -> Tensor:
    """Return (N, K) labels with a share of each spread evenly over all findings (Szegedy et al. 2016, section 7)."""
    return labels * (1.0 - smoothing) + smoothing / labels.shape[-1]


def cross_entropy(labels: Tensor, logits: Tensor) -> Tensor:
    """Return (N,): the cross-entropy of the labels (N, K), shares that sum to 1, and the softmax of the logits."""
    return -ops.sum(labels * ops.log_softmax(logits, axis=-1), axis=-1)


def focal(labels: Tensor, logits: Tensor, gamma: float) -> Tensor:
    """Return (N,): the cross-entropy, each finding's term weighed by (1 - p)^gamma.

    Source: Lin et al. 2017, Focal Loss for Dense Object Detection, equation 4, over all findings.
    """
    logarithms = ops.log_softmax(logits, axis=-1)
    return -ops.sum(labels * (1.0 - ops.exp(logarithms)) ** gamma * logarithms, axis=-1)


def expected_cost(labels: Tensor, logits: Tensor, costs: Tensor) -> Tensor:
    """Return (N,): the cost of a decision drawn from the probabilities; ``costs`` (K, K), rows labels, columns
    decisions.
    """
    return ops.sum(ops.matmul(labels, costs) * ops.softmax(logits, axis=-1), axis=-1)


class FilmLoss(keras.losses.Loss):  # type: ignore[misc]
    """A recipe's loss: labels (N, K) one-hot, logits (N, K) or (N, 1), to (N,).

    With ``lung_positions`` P both have P more columns: where the lungs lie (shares that sum to 1, or 0 where it is not
    known) and the pooling's logits, whose cross-entropy counts ``lung_loss`` times. Raises ValueError where the costs
    are not a square of numbers of at least 0, one row for each finding.
    """

    def __init__(
        self, settings: Loss, label_smoothing: float, findings: int, *, lung_positions: int = 0, lung_loss: float = 0.0
    ) -> None:
        super().__init__(name="film_loss")
        shape = (len(settings.costs), *{len(row) for row in settings.costs})
        if settings.name == "expected-cost" and (
            shape != (findings, findings) or min(min(row) for row in settings.costs) < 0
        ):
            raise ValueError(f"expected {findings} x {findings} costs of at least 0, got {settings.costs}")
        self._settings = settings
        self._smoothing = label_smoothing
        self._lung_positions = lung_positions
        self._lung_loss = lung_loss

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return each film's loss, (N,)."""
        if not self._lung_positions:
            return self._of_findings(y_true, y_pred)
        here, lung = slice(None, -self._lung_positions), slice(-self._lung_positions, None)
        of_lungs = cross_entropy(y_true[:, lung], ops.cast(y_pred[:, lung], "float32"))
        return self._of_findings(y_true[:, here], y_pred[:, here]) + self._lung_loss * of_lungs

    def _of_findings(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        logits = two_sided(ops.cast(y_pred, "float32"))
        certain = ops.cast(y_true, "float32")
        labels = smoothed(certain, self._smoothing)
        if self._settings.name == "focal":
            return focal(labels, logits, self._settings.gamma)
        entropy = cross_entropy(labels, logits)
        if self._settings.name == "expected-cost":
            return entropy + expected_cost(certain, logits, ops.convert_to_tensor(self._settings.costs, "float32"))
        return entropy


def accuracy(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Return (N,): 1 where the most probable finding is the label's, else 0."""
    return _accuracy(y_true, y_pred)


def accuracy_beside_lungs(lung_positions: int) -> Any:
    """Return ``accuracy`` for labels and logits with ``lung_positions`` more columns, under the same name."""

    def accuracy(y_true: Tensor, y_pred: Tensor) -> Tensor:
        return _accuracy(y_true[:, :-lung_positions], y_pred[:, :-lung_positions])

    return accuracy


def _accuracy(y_true: Tensor, y_pred: Tensor) -> Tensor:
    predicted = ops.argmax(two_sided(y_pred), axis=-1)
    return ops.cast(ops.equal(predicted, ops.argmax(y_true, axis=-1)), "float32")
