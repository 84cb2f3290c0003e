"""The engine for a CPU: LiteRT (ai-edge-litert), which starts in hundredths of a second and needs no
TensorFlow.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from cxrviewer.domain import FloatArray
from cxrviewer.errors import BundleNetworkError, EngineError
from cxrviewer.inference.batches import check_batch, gathered
from cxrviewer.inference.bundle import Bundle, EngineName, verify_network_shapes
from cxrviewer.inference.engine import EngineOutput
from cxrviewer.native_output import native_errors_silenced


class LiteRTEngine:
    """Runs a bundle's .tflite file, one radiograph at a time.

    One at a time is fastest: 5.5 ms against 6.2 ms a radiograph in batches of 8, whose feature maps leave the
    cache. Raises BundleHashError, BundleMetadataError, or BundleNetworkError where the file is no network or
    another one.
    """

    def __init__(self, bundle: Bundle, threads: int = 1) -> None:
        if threads < 1:
            raise ValueError(f"expected at least 1 thread, got {threads}")
        path = bundle.verified_file("litert")
        try:
            from ai_edge_litert.interpreter import Interpreter
        except ImportError as error:
            raise EngineError(
                f"the engine litert needs the package ai-edge-litert, which cannot be imported ({error}). "
                "Install it, or choose --engine keras."
            ) from error
        try:
            # From the path, not from bytes: the file is mapped, and worker processes share its pages.
            with native_errors_silenced():  # LiteRT prints a line about XNNPACK that no setting of it stops
                self._interpreter = Interpreter(model_path=str(path), num_threads=threads)
                self._interpreter.allocate_tensors()
            self._run_one = self._interpreter.get_signature_runner()
        except (ValueError, RuntimeError) as error:
            raise BundleNetworkError(
                f"bundle {bundle.metadata.name}: LiteRT cannot load {path.name} ({error})."
            ) from error
        self._bundle = bundle
        self._threads = threads
        self._input = self._verified_input()

    def _verified_input(self) -> str:
        """Return the name of the network's one input once its inputs and outputs are those of the
        metadata.
        """
        inputs, outputs = self._run_one.get_input_details(), self._run_one.get_output_details()
        floats = all(detail["dtype"] is np.float32 for detail in (*inputs.values(), *outputs.values()))
        if len(inputs) != 1 or not floats:
            raise BundleNetworkError(
                f"bundle {self._bundle.metadata.name}: expected one float32 input and float32 outputs, the "
                f"network has the inputs {sorted(inputs)} and "
                f"{sorted({str(d['dtype'].__name__) for d in (*inputs.values(), *outputs.values())})} "
                "values."
            )
        name, detail = next(iter(inputs.items()))
        verify_network_shapes(
            self._bundle,
            _without_batch(detail),
            {key: _without_batch(value) for key, value in outputs.items()},
        )
        return str(name)

    @property
    def name(self) -> EngineName:
        """The engine's short name."""
        return "litert"

    @property
    def device(self) -> str:
        """Where it runs, in words."""
        return f"CPU, {self._threads} thread{'s' if self._threads > 1 else ''}"

    @property
    def bundle(self) -> Bundle:
        """The bundle that it runs."""
        return self._bundle

    def run(self, batch: FloatArray) -> EngineOutput:
        """Run the network over (N, H, W, C) float32 in the input range of the bundle.

        Raises ValueError for another shape or dtype, or values that are not finite; EngineError where LiteRT
        fails; BundleNetworkError for outputs that are not finite.
        """
        check_batch(self._bundle, batch)
        try:
            runs = [self._run_one(**{self._input: batch[index : index + 1]}) for index in range(len(batch))]
        except (ValueError, RuntimeError) as error:
            raise EngineError(f"LiteRT failed while running {self._bundle.metadata.name} ({error}).") from error
        return gathered(self._bundle, batch, runs)


def _without_batch(detail: dict[str, Any]) -> tuple[int, ...]:
    return tuple(int(size) for size in detail["shape"][1:])
