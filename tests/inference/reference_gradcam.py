"""Grad-CAM as the paper writes it, by automatic differentiation: what the written-out gradient must agree with."""

from typing import Any

import numpy as np

from cxrviewer.domain import FloatArray


def reference_heatmaps(network: Any, feature_layer: str, batch: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return (logits (N, K), weighted sums of the feature maps before the ReLU (N, h, w, K)).

    One logit z stands for the two (-z/2, z/2).
    """
    import keras
    import tensorflow as tf

    both = keras.Model(network.inputs[0], [network.get_layer(feature_layer).output, network.output])
    with tf.GradientTape(persistent=True) as tape:
        maps, logits = both(batch, training=False)
        if logits.shape[-1] == 1:
            logits = tf.concat([-logits / 2, logits / 2], axis=-1)
        columns = tf.unstack(logits, axis=-1)
    sums = []
    for column in columns:
        weights = tf.reduce_mean(tape.gradient(column, maps), axis=(1, 2), keepdims=True)
        sums.append(tf.reduce_sum(weights * maps, axis=-1).numpy())
    return logits.numpy(), np.stack(sums, axis=-1)


def assert_is_gradcam(outputs: dict[str, Any], logits: FloatArray, sums: FloatArray) -> None:
    """Assert that logits and every finding's heatmap agree within 1e-4, relative to each heatmap's largest value."""
    np.testing.assert_allclose(outputs["logits"], logits, rtol=1e-4, atol=1e-4 * np.abs(logits).max())
    expected = np.maximum(sums, 0.0)
    # Where nothing speaks for a finding its heatmap is 0; the scale is then that of what speaks against it.
    scale = np.abs(sums).max(axis=(1, 2), keepdims=True)
    assert (scale > 0).all(), "the reference says nothing about some finding"
    difference = np.abs(np.asarray(outputs["heatmaps"]) - expected) / scale
    assert difference.max() < 1e-4, f"relative difference {difference.max():.2e}"
