"""Whether a film is in the scope of the bundle that it is analysed with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cxrviewer.domain import Appearance, FloatArray, Radiograph, Scope
from cxrviewer.errors import OutOfScopeError
from cxrviewer.imaging.fitting import fit
from cxrviewer.imaging.orientation import put_right
from cxrviewer.inference.scope import SeenFilm, judge, open_scope
from cxrviewer.reading.luma import COLOUR_WARNING

if TYPE_CHECKING:
    from cxrviewer.inference.engine import Engine


def film_scope(
    radiograph: Radiograph, display: FloatArray, network_input: FloatArray, features: FloatArray, engine: Engine
) -> Scope | None:
    """Return whether a film is in scope of the engine's bundle; None where the bundle has no scope gate.

    display: (H, W) float32 in [0, 1], what the network saw; network_input: (h, w, C) float32, and features: (D,), of
    its pass. Raises BundleError where the gate cannot be read.
    """
    gate, spec = open_scope(engine.bundle), engine.bundle.input_spec
    if gate is None:
        return None

    def features_put_right(appearance: Appearance) -> FloatArray:
        again, _ = fit(put_right(display, appearance), spec)
        return np.asarray(engine.run(again[None]).features[0], np.float32)

    facts = radiograph.facts
    seen = SeenFilm(
        features=features,
        plane=(network_input[:, :, 0] - spec.low) / (spec.high - spec.low),
        aspect=max(display.shape) / min(display.shape),
        is_coloured=COLOUR_WARNING in radiograph.warnings,
        view_is_untold=facts.format == "DICOM" and not facts.view_position,
    )
    return judge(gate, seen, features_put_right)


def refusal_for_scope(scope: Scope) -> OutOfScopeError:
    """Return the refusal of a film that is out of scope."""
    return OutOfScopeError(
        "expected a frontal chest radiograph of the kind that the bundle was made for, got another picture "
        f"({', '.join(scope.reasons)}; {scope.distance:.2f} times as far from its films as is allowed). Give the "
        "radiograph itself, or ask for it to be shown out of scope (--show-out-of-scope)."
    )
