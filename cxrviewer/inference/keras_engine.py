"""The engine for a GPU, and the reference for the other one: Keras, by default on TensorFlow."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from typing import Any

import numpy as np

from cxrviewer.domain import FloatArray
from cxrviewer.errors import BundleNetworkError, EngineError
from cxrviewer.inference.batches import check_batch, gathered
from cxrviewer.inference.bundle import Bundle, EngineName, verify_network_shapes
from cxrviewer.inference.engine import EngineOutput
from cxrviewer.inference.gradcam import ExplainedNetwork, explain
from cxrviewer.native_output import native_errors_silenced

LARGEST_BATCH = 32


class KerasEngine:
    """Runs a bundle's model.keras, explained by ``gradcam.explain``, on the GPU where there is one.

    Keras runs on what KERAS_BACKEND says (tensorflow, jax, torch), by default on TensorFlow. ``threads`` None
    leaves their number to it. Batches are filled up to 1, 2, 4 ... 32 radiographs, so that at most six graphs
    are compiled. Raises BundleHashError, BundleMetadataError, EngineError where Keras cannot be imported, or
    BundleNetworkError where the file is no network, or another one than the metadata's.
    """

    def __init__(self, bundle: Bundle, threads: int | None = None) -> None:
        if threads is not None and threads < 1:
            raise ValueError(f"expected at least 1 thread, got {threads}")
        path = bundle.verified_file("keras")
        os.environ.setdefault("KERAS_BACKEND", "tensorflow")
        # Level 3: TensorFlow reports a machine without a GPU as an error, which it is not.
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        try:
            with native_errors_silenced():  # its C++ code writes there before its log level is in force
                import keras
        except ImportError as error:
            raise EngineError(
                f"the engine keras needs the packages keras and {os.environ['KERAS_BACKEND']}, which cannot "
                f"be imported ({error}). Install them, or choose --engine litert."
            ) from error
        self._device = _prepare_device(keras.backend.backend(), threads)
        try:
            # safe_mode refuses Lambda layers: their Python code comes out of the file.
            network = keras.saving.load_model(path, compile=False, safe_mode=True)
        except (ValueError, TypeError, OSError, KeyError) as error:
            raise BundleNetworkError(
                f"bundle {bundle.metadata.name}: Keras cannot load {path.name} ({error})."
            ) from error
        explained = explain(network, bundle.metadata.explanation.layer)
        verify_network_shapes(bundle, explained.input_shape, explained.output_shapes)
        self._bundle = bundle
        self._forward = _compiled(explained, keras.backend.backend())

    @property
    def name(self) -> EngineName:
        """The engine's short name."""
        return "keras"

    @property
    def device(self) -> str:
        """Where it runs, in words."""
        return self._device

    @property
    def bundle(self) -> Bundle:
        """The bundle that it runs."""
        return self._bundle

    def run(self, batch: FloatArray) -> EngineOutput:
        """Run the network over (N, H, W, C) float32 in the input range of the bundle.

        Raises ValueError for another shape or dtype, or values that are not finite; EngineError where the
        framework fails; BundleNetworkError for outputs that are not finite.
        """
        check_batch(self._bundle, batch)
        runs = []
        for start in range(0, len(batch), LARGEST_BATCH):
            part = batch[start : start + LARGEST_BATCH]
            filled = np.zeros((1 << (len(part) - 1).bit_length(), *part.shape[1:]), np.float32)
            filled[: len(part)] = part
            try:
                outputs = self._forward(filled)
            except Exception as error:  # each framework has its own root of errors, out of memory among them
                raise EngineError(
                    f"{self._device} failed while running {self._bundle.metadata.name} "
                    f"({type(error).__name__}: {error})."
                ) from error
            runs.append({name: value[: len(part)] for name, value in outputs.items()})
        return gathered(self._bundle, batch, runs)


def _prepare_device(backend: str, threads: int | None) -> str:
    """Set the framework up before its first use; return where it will run, in words."""
    if backend != "tensorflow":
        return f"{backend}, its default device"
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    # Both settings can only be made before TensorFlow's first use; an engine opened after it takes what there
    # is.
    with contextlib.suppress(RuntimeError):
        for gpu in gpus:
            tf.config.experimental.set_memory_growth(gpu, True)
    with contextlib.suppress(RuntimeError):
        if threads is not None:
            tf.config.threading.set_intra_op_parallelism_threads(threads)
            tf.config.threading.set_inter_op_parallelism_threads(1)
    if gpus:
        details = tf.config.experimental.get_device_details(gpus[0])
        return f"GPU {details.get('device_name', gpus[0].name)}"
    used = tf.config.threading.get_intra_op_parallelism_threads() or os.cpu_count() or 1
    return f"CPU, {used} thread{'s' if used > 1 else ''}"


def _compiled(explained: ExplainedNetwork, backend: str) -> Callable[[FloatArray], dict[str, FloatArray]]:
    """Return the forward pass over numpy arrays, as one compiled graph for each shape where the framework
    has such.
    """
    forward: Callable[[Any], dict[str, Any]] = explained
    if backend == "tensorflow":
        import tensorflow as tf

        # Without XLA: on a CPU it takes 73 ms where TensorFlow's own kernels take 14.
        forward = tf.function(explained, jit_compile=False)
    elif backend == "jax":
        import jax  # type: ignore[import-not-found, unused-ignore]

        forward = jax.jit(explained)

    def run(batch: FloatArray) -> dict[str, FloatArray]:
        from keras import ops

        with _no_gradient(backend):
            outputs = forward(ops.convert_to_tensor(batch))
            return {name: np.asarray(ops.convert_to_numpy(value)) for name, value in outputs.items()}

    return run


def _no_gradient(backend: str) -> contextlib.AbstractContextManager[object]:
    if backend != "torch":
        return contextlib.nullcontext()
    import torch  # type: ignore[import-not-found, unused-ignore]

    no_gradient: contextlib.AbstractContextManager[object] = torch.no_grad()
    return no_gradient
