"""A bundle is what its metadata says, or it is refused by name."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxrviewer.errors import (
    BundleError,
    BundleHashError,
    BundleMetadataError,
    BundleNetworkError,
    BundleNotFoundError,
)
from cxrviewer.inference.bundle import (
    available_bundles,
    find_bundle,
    load_bundle,
    sha256_of,
    verify_finite,
    verify_network_shapes,
)

Edit = Callable[[dict[str, Any]], None]


@pytest.fixture
def copied(bundle, tmp_path) -> Path:
    """A copy of the shipped bundle that a test may damage."""
    return Path(shutil.copytree(bundle.folder, tmp_path / "copied"))


def _edit(folder: Path, edit: Edit) -> None:
    path = folder / "metadata.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    edit(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def _rehash(folder: Path, engine: str) -> None:
    """Make the metadata agree with an exchanged file, as an attacker or a careless author would."""

    def agree(content: dict[str, Any]) -> None:
        entry = content["engines"][engine]
        entry["sha256"] = sha256_of(folder / entry["file"])

    _edit(folder, agree)


def test_the_shipped_bundle_is_whole(bundle) -> None:
    loaded = load_bundle(bundle.folder)
    assert loaded.metadata.findings == ("NORMAL", "PNEUMONIA", "COVID19")
    assert loaded.identity.sha256 == sha256_of(bundle.folder / "metadata.json")
    spec = loaded.input_spec
    assert (spec.height, spec.width, spec.channels, spec.fit, spec.low, spec.high) == (224, 224, 3, "stretch", -1, 1)
    names = {path.name for path in bundle.folder.iterdir()}
    described = {"metadata.json", "evaluation.json", "MODEL_CARD.md", "LICENSE"}
    assert names == {"model.keras", "model.tflite", "scope.npz", *described}
    assert sum(path.stat().st_size for path in bundle.folder.iterdir()) <= 25e6


def test_bundles_are_found_by_name_and_by_folder(bundle, copied) -> None:
    assert find_bundle("copied", copied.parent).metadata == bundle.metadata
    assert find_bundle(str(copied)).folder == copied
    assert available_bundles(copied.parent) == [copied]
    with pytest.raises(BundleNotFoundError, match=r"'nothing'.*copied"):
        find_bundle("nothing", copied.parent)


@pytest.mark.parametrize("engine", ["litert", "keras"])
def test_a_changed_file_is_refused_when_loading_and_when_opening(copied, engine) -> None:
    from cxrviewer.inference.engines import open_engine

    path = copied / load_bundle(copied).metadata.engines[engine].file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(BundleHashError, match=path.name):
        load_bundle(copied)
    unverified = load_bundle(copied, verify=False)
    with pytest.raises(BundleHashError, match="changed or damaged"):
        open_engine(engine, unverified)


@pytest.mark.parametrize(
    ("left_out", "name", "other"), [("keras", "model.keras", "litert"), ("litert", "model.tflite", "keras")]
)
def test_an_engine_whose_file_is_left_out_is_not_at_hand(copied, left_out, name, other) -> None:
    (copied / name).unlink()
    from cxrviewer.inference.engines import open_engine

    bundle = load_bundle(copied)
    assert bundle.engines_at_hand == (other,)
    with pytest.raises(BundleHashError, match=name):
        open_engine(left_out, bundle)


def test_a_bundle_without_any_network_is_named(copied) -> None:
    for name in ("model.keras", "model.tflite"):
        (copied / name).unlink()
    with pytest.raises(BundleHashError, match=r"model\.(keras|tflite)"):
        load_bundle(copied)


def test_a_missing_scope_gate_is_named(copied) -> None:
    (copied / "scope.npz").unlink()
    with pytest.raises(BundleHashError, match=r"scope\.npz"):
        load_bundle(copied)


def test_a_folder_without_metadata_is_no_bundle(copied) -> None:
    (copied / "metadata.json").unlink()
    with pytest.raises(BundleNotFoundError, match=r"metadata\.json"):
        load_bundle(copied)


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_another_schema_version_is_refused(copied, version) -> None:
    _edit(copied, lambda content: content.update(schema_version=version))
    with pytest.raises(BundleMetadataError, match="schema_version 1"):
        load_bundle(copied)


@pytest.mark.parametrize(
    "file",
    [
        "../model.tflite",
        "/etc/passwd",
        "sub/model.tflite",
        "..",
        ".hidden",
        "",
        "C:\\model.tflite",
        "model.tflite\x00",
        "model.tflite\n",
    ],
)
def test_a_file_outside_the_bundle_is_refused(copied, file) -> None:
    shutil.copy(copied / "model.tflite", copied.parent / "model.tflite")
    _edit(copied, lambda content: content["engines"]["litert"].update(file=file))
    with pytest.raises(BundleMetadataError, match=r"engines\.litert\.file"):
        load_bundle(copied)


@pytest.mark.parametrize(
    ("edit", "named"),
    [
        (lambda c: c.update(colour="blue"), "colour"),
        (lambda c: c["input"].update(mean=0.5), "mean"),
        (lambda c: c.pop("findings"), "findings"),
        (lambda c: c["findings"].reverse() or c["findings"].append("NORMAL"), "distinct"),
        (lambda c: c["thresholds"].pop("NORMAL"), "one threshold for each"),
        (lambda c: c["input"].update(low=1.0), "low < high"),
        (lambda c: c["calibration"].update(temperature=0.0), "temperature"),
        (lambda c: c["calibration"].update(temperature=float("nan")), "temperature"),
        (lambda c: c["thresholds"]["NORMAL"].update(probability=1.5), "probability"),
        (lambda c: c.update(engines={}), "engines"),
        (lambda c: c["engines"].update(onnx=c["engines"]["keras"]), "onnx"),
        (lambda c: c["engines"]["keras"].update(sha256="0" * 63), "sha256"),
        (lambda c: c.update(training_data=[]), "training_data"),
        (lambda c: c.update(version="one"), "version"),
        (lambda c: c.update(name="../elsewhere"), "name"),
        (lambda c: c["input"].update(height=10**9), "height"),
    ],
)
def test_metadata_that_is_not_valid_names_what_is_wrong(copied, edit, named) -> None:
    _edit(copied, edit)
    with pytest.raises(BundleMetadataError, match=named):
        load_bundle(copied)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000])
def test_metadata_that_is_no_json_object_is_refused(copied, raw) -> None:
    (copied / "metadata.json").write_bytes(raw)
    with pytest.raises(BundleMetadataError):
        load_bundle(copied)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_mutated_metadata_is_valid_or_refused_by_name(bundle, tmp_path, data) -> None:
    raw = bytearray((bundle.folder / "metadata.json").read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    (tmp_path / "metadata.json").write_bytes(raw)
    try:
        load_bundle(tmp_path, verify=False)
    except BundleError as error:
        assert error.code in ("bundle-metadata", "bundle-not-found")  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize("engine", ["litert", "keras"])
@pytest.mark.parametrize(
    "edit",
    [
        lambda c: (c["findings"].pop(), c["thresholds"].pop("COVID19"), c.pop("conformal"), c.pop("operating_curves")),
        lambda c: c["input"].update(height=192),
        lambda c: c["input"].update(channels=1),
        lambda c: c["output"].update(heatmap_width=14),
        lambda c: c["output"].update(features=1024),
    ],
    ids=["findings", "height", "channels", "heatmap", "features"],
)
def test_a_network_of_another_shape_is_refused(copied, engine, edit) -> None:
    from cxrviewer.inference.engines import open_engine

    _edit(copied, edit)
    with pytest.raises(BundleNetworkError, match="metadata says"):
        open_engine(engine, load_bundle(copied))


@pytest.mark.parametrize(("engine", "file"), [("litert", "model.tflite"), ("keras", "model.keras")])
@pytest.mark.parametrize("damage", ["empty", "text", "half"])
def test_a_file_that_is_no_network_is_refused_though_its_hash_is_right(copied, engine, file, damage) -> None:
    from cxrviewer.inference.engines import open_engine

    whole = (copied / file).read_bytes()
    (copied / file).write_bytes({"empty": b"", "text": b"not a network", "half": whole[: len(whole) // 2]}[damage])
    _rehash(copied, engine)
    with pytest.raises(BundleNetworkError, match=file):
        open_engine(engine, load_bundle(copied))


def test_code_in_a_network_is_not_run(copied) -> None:
    """A Lambda layer carries Python code; loading it would run what a stranger wrote."""
    import keras

    from cxrviewer.inference.engines import open_engine

    image = keras.Input((224, 224, 3))
    maps = keras.layers.Conv2D(4, 32, strides=32, name="out_relu")(keras.layers.Lambda(lambda x: x * 2.0)(image))
    network = keras.Model(image, keras.layers.Dense(3)(keras.layers.GlobalAveragePooling2D()(maps)))
    network.save(copied / "model.keras")
    _rehash(copied, "keras")
    with pytest.raises(BundleNetworkError, match=r"model\.keras"):
        open_engine("keras", load_bundle(copied))


def test_an_engine_that_the_bundle_has_no_file_for_is_refused(copied) -> None:
    from cxrviewer.inference.engines import open_engine, resolve_engine

    _edit(copied, lambda content: content["engines"].pop("litert"))
    keras_only = load_bundle(copied)
    with pytest.raises(BundleMetadataError, match="no file for the engine litert"):
        open_engine("litert", keras_only)
    assert resolve_engine("auto", keras_only) == "keras"


def test_shapes_and_values_are_checked(bundle) -> None:
    shapes = {"logits": (3,), "heatmaps": (7, 7, 3), "features": (1280,)}
    verify_network_shapes(bundle, (224, 224, 3), shapes)
    for wrong in ({}, {**shapes, "logits": (4,)}, {**shapes, "more": (1,)}):
        with pytest.raises(BundleNetworkError, match="outputs"):
            verify_network_shapes(bundle, (224, 224, 3), wrong)
    with pytest.raises(BundleNetworkError, match="input"):
        verify_network_shapes(bundle, (224, 224, 1), shapes)
    verify_finite(bundle, np.zeros(3), np.ones(2))
    for value in (np.nan, np.inf, -np.inf):
        with pytest.raises(BundleNetworkError, match="not finite"):
            verify_finite(bundle, np.zeros(3), np.array([1.0, value]))
