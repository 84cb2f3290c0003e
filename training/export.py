"""From a run to a bundle that the program loads."""

from __future__ import annotations

import datetime
import json
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from cxrviewer.inference.bundle import (
    METADATA_FILE,
    BundleMetadata,
    EngineFile,
    Explanation,
    InputMetadata,
    OutputMetadata,
    TrainingData,
    load_bundle,
    sha256_of,
)
from cxrviewer.inference.gradcam import ExplainedNetwork, explain
from training.architectures import feature_layer_name
from training.convert import convert_to_litert
from training.errors import RunError
from training.instruments import InstrumentFiles, measured
from training.model_card import bundle_licence, model_card
from training.recipe import Recipe, describe_architecture
from training.runs import EVALUATION_FILE, NETWORK_FILE, Fitted, read_fitted, read_initial_weights, read_recipe

KERAS_FILE = "model.keras"
LITERT_FILE = "model.tflite"
CARD_FILE = "MODEL_CARD.md"
LICENCE_FILE = "LICENSE"


def export(
    run: Path,
    out: Path,
    *,
    replace: bool = False,
    instruments: InstrumentFiles | None = None,
) -> None:
    """Write a run's network as a bundle: both engines' files, metadata, evaluation, model card, licence.

    ``instruments``: where what else was measured lies, for evaluation and card. The bundle is made beside ``out``,
    opened with both engines, and only then put in its place. Raises RunError where the run is not evaluated yet, where
    ``out`` exists and ``replace`` is not set, or where an instrument measured something else, and what loading a bundle
    raises where the engines do not take it.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras

    if out.exists() and not replace:
        raise RunError(f"expected {out} not to exist; --replace puts the new bundle in its place")
    recipe, fitted = read_recipe(run), read_fitted(run)
    evaluation = json.loads((run / EVALUATION_FILE).read_text(encoding="utf-8"))
    evaluation |= measured(run, recipe, instruments or InstrumentFiles())
    network = keras.saving.load_model(run / NETWORK_FILE, compile=False, safe_mode=True)
    layer = feature_layer_name(network)
    explained = explain(network, layer)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".partial-") as folder:
        bundle = Path(folder) / "bundle"
        bundle.mkdir()
        network.save(bundle / KERAS_FILE)  # loaded without its optimiser, and so saved without
        (bundle / LITERT_FILE).write_bytes(convert_to_litert(explained, explained.input_shape))
        metadata = _metadata(recipe, fitted, explained, layer, bundle, read_initial_weights(run))
        write_content(bundle / METADATA_FILE, metadata.model_dump(mode="json", exclude_none=True))
        write_content(bundle / EVALUATION_FILE, evaluation)
        card = model_card(metadata, recipe, evaluation)
        (bundle / CARD_FILE).write_text(card, encoding="utf-8")
        (bundle / LICENCE_FILE).write_text(bundle_licence(metadata), encoding="utf-8")
        _open_with_both_engines(bundle)
        if out.exists():
            shutil.rmtree(out)
        bundle.rename(out)


def _metadata(
    recipe: Recipe, fitted: Fitted, explained: ExplainedNetwork, layer: str, bundle: Path, initial_weights: str
) -> BundleMetadata:
    height, width, _ = explained.output_shapes["heatmaps"]
    cited = dict(recipe.card.collections)
    return BundleMetadata(
        schema_version=1,
        name=recipe.name,
        version=recipe.card.version,
        description=recipe.description,
        architecture=describe_architecture(recipe.architecture),
        findings=recipe.findings,
        input=InputMetadata(**{name: getattr(recipe.input, name) for name in InputMetadata.model_fields}),
        output=OutputMetadata(
            heatmap_height=height, heatmap_width=width, features=explained.output_shapes["features"][0]
        ),
        explanation=Explanation(layer=layer),
        calibration=fitted.calibration,
        thresholds=fitted.thresholds,
        conformal=fitted.conformal,
        operating_curves=fitted.operating_curves,
        engines={
            "keras": EngineFile(file=KERAS_FILE, sha256=sha256_of(bundle / KERAS_FILE)),
            "litert": EngineFile(file=LITERT_FILE, sha256=sha256_of(bundle / LITERT_FILE)),
        },
        training_data=tuple(
            TrainingData(
                name=collection.source,
                films=collection.films,
                licence=collection.licence,
                source=cited.get(collection.source, "not stated"),
            )
            for collection in fitted.collections
        ),
        initial_weights=recipe.card.initial_weights or initial_weights,
        licence=recipe.card.licence,
        intended_use=recipe.card.intended_use,
        not_intended_for=recipe.card.not_intended_for,
        created=datetime.datetime.now(datetime.UTC).date().isoformat(),
    )


def _open_with_both_engines(folder: Path) -> None:
    """Load the bundle as the program does; raises what the engines raise where it is not what its metadata
    says.
    """
    from cxrviewer.inference.engines import open_engine

    bundle = load_bundle(folder)
    for name in bundle.metadata.engines:
        open_engine(name, bundle)


def write_content(path: Path, content: Any) -> None:
    """Write a bundle's JSON: indented, but for lists of numbers."""
    path.write_text(_json_text(content) + "\n", encoding="utf-8")


def _json_text(content: Any) -> str:
    """Return indented JSON in which a list of numbers, such as a curve, is one line."""
    text = json.dumps(content, indent=2, ensure_ascii=False)
    # No text of a JSON file holds a line end, so what matches is a list.
    return re.sub(r"\[\n\s+[-+.\deE]+(?:,\n\s+[-+.\deE]+)*\n\s+\]", lambda found: " ".join(found[0].split()), text)
