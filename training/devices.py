"""Where a training runs: several GPUs at once, and in half precision, where the machine has them."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

import keras

log = logging.getLogger("training")

_HALF_PRECISION_CAPABILITY = (7, 0)  # the first NVIDIA GPUs with tensor cores


@contextlib.contextmanager
def on_devices() -> Iterator[None]:
    """Build and train what is inside on all GPUs, each taking an equal share of every batch.

    TensorFlow: tf.distribute.MirroredStrategy. JAX: keras.distribution. PyTorch trains on its default device, since
    Keras 3.15 distributes nothing there. With one GPU or none nothing is changed.
    """
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        if len(tf.config.list_physical_devices("GPU")) > 1:
            strategy = tf.distribute.MirroredStrategy()
            log.info("training on %d GPUs", strategy.num_replicas_in_sync)
            with strategy.scope():
                yield
            return
        yield
        return
    devices = keras.distribution.list_devices() if backend == "jax" else []
    if len(devices) < 2:
        yield
        return
    log.info("training on %d devices", len(devices))
    before = keras.distribution.distribution()
    keras.distribution.set_distribution(keras.distribution.DataParallel(devices=devices))
    try:
        yield
    finally:
        keras.distribution.set_distribution(before)


@contextlib.contextmanager
def in_precision(mixed: bool) -> Iterator[None]:
    """Build what is inside with half-precision arithmetic and single-precision weights, where ``mixed`` asks for it
    and the device has it.
    """
    policy = half_precision_policy() if mixed else None
    if mixed:
        log.info("precision: %s", policy or "float32, this device has no fast half precision")
    before = keras.config.dtype_policy()
    if policy is not None:
        keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def half_precision_policy() -> str | None:
    """Return Keras' name of the half precision that the device computes fast, None where it has none."""
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        gpus = tf.config.list_physical_devices("GPU")
        capabilities = [tf.config.experimental.get_device_details(gpu).get("compute_capability") for gpu in gpus]
        fast = bool(gpus) and all(
            capability and capability >= _HALF_PRECISION_CAPABILITY for capability in capabilities
        )
        return "mixed_float16" if fast else None
    if backend == "jax":
        import jax  # type: ignore[import-not-found, unused-ignore]

        return {"gpu": "mixed_float16", "tpu": "mixed_bfloat16"}.get(jax.default_backend())
    if backend == "torch":
        import torch  # type: ignore[import-not-found, unused-ignore]

        usable = torch.cuda.is_available() and torch.cuda.get_device_capability() >= _HALF_PRECISION_CAPABILITY
        return "mixed_float16" if usable else None
    return None
