"""Whether a film is of the kind that a bundle was made for, told by the features of the one pass over it, and how it
lies, told by a tiny picture of it.

The distance is that of Lee et al. 2018 (A simple unified framework for detecting out-of-distribution samples),
Mahalanobis' to the nearest class with one covariance for all, in the features' principal subspace; to it comes what
lies outside that subspace, as in Wang et al. 2022 (ViM). The appearance is a softmax regression.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

import numpy as np

from cxrviewer.domain import Appearance, FloatArray, Scope, ScopeState
from cxrviewer.errors import BundleMetadataError
from cxrviewer.inference.bundle import Bundle, ScopeMetadata

APPEARANCES: Final[tuple[Appearance, ...]] = get_args(Appearance)
GRID: Final = 16
_MOST_BYTES: Final = 8_000_000  # unpacked: some 50 times what a gate has
_LEAST_SPREAD: Final = 0.02
# Films of a chest are up to about 1.3 times as long as wide, or as wide as long; those of an arm or a spine are longer.
_UNUSUAL_ASPECT, _IMPOSSIBLE_ASPECT = 1.75, 3.0


@dataclass(frozen=True, eq=False)
class SeenFilm:
    """A film as the network saw it, and what else tells whether it is one.

    features: (D,) float32. plane: (h, w) float32 in [0, 1], the network's input before scaling. aspect: the longer
    side over the shorter, at least 1. is_coloured: the file has colour. view_is_untold: it has a header that does not
    tell the view.
    """

    features: FloatArray
    plane: FloatArray
    aspect: float = 1.0
    is_coloured: bool = False
    view_is_untold: bool = False


@dataclass(frozen=True, eq=False)
class ScopeGate:
    """The arrays of a scope gate, float32, and its limits.

    mean: (D,), of the features. components: (P, D), orthonormal. classes: (C, P), the classes' means in the subspace.
    whitening: (P, P), after which the spread within a class is 1 in every direction. residual: (1,), the mean square
    outside the subspace. weights: (A, G * G) and bias: (A,), of the appearances in the order of ``APPEARANCES``.
    """

    mean: FloatArray
    components: FloatArray
    classes: FloatArray
    whitening: FloatArray
    residual: FloatArray
    weights: FloatArray
    bias: FloatArray
    limits: ScopeMetadata

    def distance(self, features: FloatArray) -> float:
        """Return how far a film's features (D,) are from those of the training films, at least 0, 2 on average there.

        The squared distances, to the nearest class and outside the subspace, each over its mean on training films.
        """
        # einsum, not numpy's product, whose threads wait for one another where worker processes have the cores.
        offset = features - self.mean
        inside = np.einsum("pd,d->p", self.components, offset)
        white = np.einsum("pq,cq->cp", self.whitening, inside[np.newaxis] - self.classes)
        to_nearest = float((white.astype(np.float64) ** 2).sum(axis=1).min())
        outside = max(float((offset.astype(np.float64) ** 2).sum() - (inside.astype(np.float64) ** 2).sum()), 0.0)
        return to_nearest / len(self.components) + outside / float(self.residual[0])

    def appearance(self, plane: FloatArray) -> Appearance:
        """Return how a film seems to lie, from the network's input before scaling: (h, w) float32 in [0, 1]."""
        scores = np.einsum("ag,g->a", self.weights, even_picture(averaged(plane))).astype(np.float64) + self.bias
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        likeliest = APPEARANCES[int(shares.argmax())]
        threshold = self.limits.appearances.get(likeliest, 2.0)
        return likeliest if shares.max() >= threshold else "upright"


def judge(gate: ScopeGate, film: SeenFilm, features_put_right: Callable[[Appearance], FloatArray]) -> Scope:
    """Return whether a film is in scope, why not, and how it lies.

    ``features_put_right`` runs the network once more over the film put right: only where that makes a film in scope
    of it is it said to lie wrongly, so that a photograph does not, and few upright films do.
    """
    limits = gate.limits
    distance = gate.distance(film.features)
    reasons: list[str] = []
    if film.plane.std() < limits.least_contrast:
        reasons.append("flat")
    if distance > limits.limit:
        reasons.append("features")
    if film.aspect > _IMPOSSIBLE_ASPECT:
        reasons.append("aspect")
    is_out = bool(reasons)
    if not is_out and distance > limits.borderline:
        reasons.append("features")
    elif not is_out and film.view_is_untold and distance > limits.doubtful:
        reasons.append("view-unknown")
    if not is_out and film.aspect > _UNUSUAL_ASPECT:
        reasons.append("aspect")
    if film.is_coloured:
        reasons.append("colour")
    appearance = gate.appearance(film.plane)
    if appearance != "upright" and gate.distance(features_put_right(appearance)) > limits.limit:
        appearance = "upright"
    state: ScopeState = "out of scope" if is_out else "borderline" if reasons else "in scope"
    return Scope(state, round(distance / limits.limit, 4), tuple(reasons), appearance)


def averaged(plane: FloatArray) -> FloatArray:
    """Return a film (h, w) in [0, 1] averaged over areas: (G, G) float32 in [0, 1]."""
    import cv2

    return np.asarray(cv2.resize(plane, (GRID, GRID), interpolation=cv2.INTER_AREA), np.float32)


def even_picture(picture: FloatArray) -> FloatArray:
    """Return (G * G,) float32 of what ``averaged`` gives, its mean 0 and its spread 1."""
    spread = max(float(picture.std()), _LEAST_SPREAD)  # a blank film stays blank
    return np.asarray((picture.ravel() - picture.mean()) / np.float32(spread), np.float32)


def open_scope(bundle: Bundle) -> ScopeGate | None:
    """Return a bundle's scope gate, None where it has none; read once in a process.

    Raises BundleHashError where its file is not the one that the metadata names, BundleMetadataError where that is no
    gate for the bundle's network.
    """
    limits = bundle.metadata.scope
    if limits is None:
        return None
    key = (bundle.folder, bundle.sha256)
    if key not in _gates:
        _gates[key] = ScopeGate(**_read(bundle, bundle.verified_path(limits)), limits=limits)
    return _gates[key]


_gates: dict[tuple[Path, str], ScopeGate] = {}


def _read(bundle: Bundle, path: Path) -> dict[str, FloatArray]:
    wrong = f"bundle {bundle.metadata.name}: expected the arrays of a scope gate in {path.name}"
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MOST_BYTES:
                raise BundleMetadataError(f"{wrong}, got more than {_MOST_BYTES} bytes; install the bundle again.")
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: np.asarray(stored[name]) for name in stored.files}
    except (OSError, ValueError, EOFError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
        raise BundleMetadataError(f"{wrong}, which cannot be read ({error}); install the bundle again.") from error
    _check(arrays, bundle.metadata.output.features, wrong)
    return arrays


def _check(arrays: dict[str, FloatArray], features: int, wrong: str) -> None:
    components = arrays.get("components", np.empty(0))
    inside = components.shape[0] if components.ndim == 2 else 0
    classes = arrays["classes"].shape[0] if arrays.get("classes", np.empty(0)).ndim == 2 else 0
    expected = {
        "mean": (features,),
        "components": (inside, features),
        "classes": (classes, inside),
        "whitening": (inside, inside),
        "residual": (1,),
        "weights": (len(APPEARANCES), GRID * GRID),
        "bias": (len(APPEARANCES),),
    }
    got = {name: array.shape for name, array in arrays.items()}
    if got != expected or 0 in (inside, classes):
        raise BundleMetadataError(f"{wrong}, of the shapes {expected}, got {got}; install the bundle again.")
    if any(array.dtype != np.float32 or not np.isfinite(array).all() for array in arrays.values()):
        raise BundleMetadataError(f"{wrong}, all of them finite float32, got others; install the bundle again.")
    if not arrays["residual"][0] > 0:
        raise BundleMetadataError(f"{wrong}, its residual above 0, got {arrays['residual'][0]}.")
