"""The scope gate: its file is verified, its distance is the one that is written down, and its states follow limits."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from cxrviewer.errors import BundleHashError, BundleMetadataError
from cxrviewer.inference.bundle import load_bundle, sha256_of
from cxrviewer.inference.scope import ScopeGate, SeenFilm, judge, open_scope
from tests.films import film


@pytest.fixture
def copied(scoped_bundle: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(scoped_bundle, tmp_path / "bundle"))


@pytest.fixture(scope="module")
def gate(scoped_bundle: Path) -> ScopeGate:
    gate = open_scope(load_bundle(scoped_bundle))
    assert gate is not None
    return gate


def plane(seed: int = 5) -> np.ndarray:
    return film(224, seed).astype(np.float32) / np.float32(255)


def edit(folder: Path, **changes: object) -> None:
    path = folder / "metadata.json"
    content = json.loads(path.read_text())
    content["scope"].update(changes)
    path.write_text(json.dumps(content))


def put_arrays(folder: Path, **arrays: np.ndarray) -> None:
    """Replace arrays of the gate, and say so in the metadata, as a stranger might."""
    path = folder / "scope.npz"
    with np.load(path, allow_pickle=False) as stored:
        content = {name: stored[name] for name in stored.files}
    np.savez(path, **content | arrays)
    edit(folder, sha256=sha256_of(path))


def test_a_bundle_without_a_gate_has_none(copied: Path) -> None:
    path = copied / "metadata.json"
    content = json.loads(path.read_text())
    del content["scope"]
    path.write_text(json.dumps(content))
    assert open_scope(load_bundle(copied)) is None


def test_a_gate_is_small_and_a_changed_one_is_refused(copied: Path) -> None:
    path = copied / "scope.npz"
    assert path.stat().st_size <= 500_000
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    with pytest.raises(BundleHashError, match=r"scope\.npz"):
        load_bundle(copied)
    with pytest.raises(BundleHashError, match=r"scope\.npz"):
        open_scope(load_bundle(copied, verify=False))


@pytest.mark.parametrize(
    "arrays",
    [
        {"mean": np.zeros(3, np.float32)},
        {"residual": np.zeros(1, np.float32)},
        {"bias": np.full(6, np.nan, np.float32)},
        {"bias": np.zeros(6, np.float64)},
        {"bias": np.array([None] * 6)},  # would need pickle
        {"more": np.zeros(1, np.float32)},
        {"components": np.zeros((0, 1280), np.float32)},
        {"components": np.zeros((4_000, 1280), np.float32)},
    ],
)
def test_arrays_of_something_else_are_refused_by_name(copied: Path, arrays: dict[str, np.ndarray]) -> None:
    put_arrays(copied, **arrays)
    with pytest.raises(BundleMetadataError, match="scope gate"):
        open_scope(load_bundle(copied))


def test_a_file_that_is_no_archive_is_refused(copied: Path) -> None:
    (copied / "scope.npz").write_bytes(b"PK\x03\x04 no more")
    edit(copied, sha256=sha256_of(copied / "scope.npz"))
    with pytest.raises(BundleMetadataError, match="scope gate"):
        open_scope(load_bundle(copied))


@pytest.mark.parametrize(
    "changes",
    [{"borderline": 0.001}, {"limit": float("nan")}, {"file": "../scope.npz"}, {"appearances": {"upright": 0.5}}],
)
def test_limits_that_make_no_sense_are_refused(copied: Path, changes: dict[str, object]) -> None:
    edit(copied, **changes)
    with pytest.raises(BundleMetadataError, match="scope"):
        load_bundle(copied)


def test_the_distance_is_that_of_mahalanobis_and_what_lies_outside(gate: ScopeGate) -> None:
    features = np.random.default_rng(0).random(gate.mean.size).astype(np.float64)
    components = gate.components.astype(np.float64)
    np.testing.assert_allclose(components @ components.T, np.eye(len(components)), atol=1e-4)
    offset = features - gate.mean
    precision = gate.whitening.T.astype(np.float64) @ gate.whitening
    to_classes = [(components @ offset - c) @ precision @ (components @ offset - c) for c in gate.classes]
    outside = ((offset - components.T @ (components @ offset)) ** 2).sum()
    expected = min(to_classes) / len(components) + outside / gate.residual[0]
    assert gate.distance(features.astype(np.float32)) == pytest.approx(expected, rel=1e-3)


def at(gate: ScopeGate, distance: float) -> np.ndarray:
    """Return features that lie as far out as that."""
    outside = np.random.default_rng(1).normal(size=gate.mean.size)
    outside -= gate.components.T @ (gate.components @ outside)
    centre = gate.mean + gate.components.T @ gate.classes[0]
    step = np.sqrt(distance * gate.residual[0]) / np.linalg.norm(outside)
    return (centre + step * outside).astype(np.float32)


def test_three_states_follow_the_limits(gate: ScopeGate) -> None:
    limits = gate.limits
    assert limits.doubtful < limits.borderline < limits.limit

    def state(distance: float, **facts: object) -> tuple[str, tuple[str, ...]]:
        scope = judge(gate, SeenFilm(at(gate, distance), plane(), **facts), lambda appearance: at(gate, 0.1))
        assert scope.distance == pytest.approx(distance / limits.limit, rel=1e-2)
        return scope.state, scope.reasons

    doubted = (limits.doubtful + limits.borderline) / 2
    assert state(0.5 * limits.doubtful) == ("in scope", ())
    assert state(doubted) == ("in scope", ())
    assert state(doubted, view_is_untold=True) == ("borderline", ("view-unknown",))
    assert state(0.5 * limits.doubtful, view_is_untold=True) == ("in scope", ())
    assert state((limits.borderline + limits.limit) / 2) == ("borderline", ("features",))
    assert state(1.1 * limits.limit, is_coloured=True) == ("out of scope", ("features", "colour"))
    assert state(0.1, aspect=2.0) == ("borderline", ("aspect",))
    assert state(0.1, aspect=4.0) == ("out of scope", ("aspect",))
    assert state(0.1, is_coloured=True) == ("borderline", ("colour",))


def test_a_blank_film_is_flat_and_upright(gate: ScopeGate) -> None:
    blank = SeenFilm(at(gate, 0.1), np.full((224, 224), 0.5, np.float32))
    scope = judge(gate, blank, lambda appearance: at(gate, 0.1))
    assert (scope.state, scope.reasons[0], scope.appearance) == ("out of scope", "flat", "upright")


def test_a_film_is_said_to_lie_wrongly_only_where_putting_it_right_helps(gate: ScopeGate) -> None:
    wrong = SeenFilm(at(gate, 0.1), np.ascontiguousarray(plane()[::-1, ::-1]))
    assert judge(gate, wrong, lambda appearance: at(gate, 0.1)).appearance == "upside down"
    assert judge(gate, wrong, lambda appearance: at(gate, 2 * gate.limits.limit)).appearance == "upright"
