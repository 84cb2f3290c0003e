"""From an explained Keras network to a LiteRT file with named inputs and outputs."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from typing import Any

INPUT_NAME = "image"


def convert_to_litert(
    forward: Callable[[Any], dict[str, Any]], input_shape: tuple[int, ...], batch: int | None = 1
) -> bytes:
    """Return a float32 .tflite of a forward pass, whose signature names the input ``image`` and every output.

    ``forward`` maps a (batch, H, W, C) float32 tensor to named tensors. A batch of 1 keeps every shape
    static, which lets the runtime's XNNPACK kernels take the whole graph; None leaves the batch open.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    signature = tf.TensorSpec((batch, *input_shape), tf.float32, name=INPUT_NAME)
    graph = tf.function(forward, input_signature=[signature]).get_concrete_function()
    names = sorted(graph.structured_outputs)  # the order in which TensorFlow flattens a dictionary
    # The converter leaves Keras 3's variables as variables, whose values the file then lacks; constants it
    # keeps.
    frozen = convert_variables_to_constants_v2(graph)
    module = tf.Module()
    module.forward = tf.function(
        lambda image: dict(zip(names, frozen(image), strict=True)), input_signature=[signature]
    )
    with tempfile.TemporaryDirectory() as folder:
        # Without gradients, which a converted network has no use for: those of EfficientNet's swish cannot be saved.
        options = tf.saved_model.SaveOptions(experimental_custom_gradients=False)
        signatures = {"serving_default": module.forward.get_concrete_function()}
        tf.saved_model.save(module, folder, signatures=signatures, options=options)
        return bytes(tf.lite.TFLiteConverter.from_saved_model(folder).convert())
