"""What loading and augmenting costs a full fine-tuning, and how it compares with the articles' own pipeline.

pytest tests/benchmarks/test_training_throughput.py --benchmark-only -s

Both pipelines feed the same network, batch and films, in turn, in one run. The articles' is written out here as Keras'
old ImageDataGenerator worked: every image opened, resized and made RGB by Pillow, then each channel warped by scipy.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

from training.data import EpochBatches, one_hot, read_manifest
from training.films import FilmStore, check_films
from training.geometry import Geometry, affine_map
from training.losses import FilmLoss
from training.recipe import Phase, Recipe
from training.recipes import load_recipe

FILMS, BATCH, ROUNDS = 160, 32, 3
STRENGTH = Geometry(rotation=40.0, width_shift=0.3, height_shift=0.4, shear=0.2, zoom=0.4, flip=True)


def _fine_tuning() -> Recipe:
    """MobileNetV2 at 224 x 224, every layer trained, with the strongest of the articles' variations."""
    recipe = load_recipe("three_class_mobilenetv2")
    return replace(
        recipe,
        phases=(Phase(1, 1e-4, optimiser="adam", schedule="constant"),),
        geometry=STRENGTH,
        batch_size=BATCH,
    )


class _Generator:
    """The articles' pipeline."""

    def __init__(self, batches: EpochBatches) -> None:
        self._batches = batches

    def batch(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        chosen = self._batches.drawn[number * BATCH : (number + 1) * BATCH]
        films = np.stack([self._varied(sample.path, number * BATCH + i) for i, sample in enumerate(chosen)])
        return films / np.float32(127.5) - np.float32(1.0), one_hot(chosen, self._batches.recipe.findings)

    def _varied(self, path: Path, position: int) -> np.ndarray:
        from scipy import ndimage

        rng = np.random.default_rng(position)
        with Image.open(path) as image:
            film = np.asarray(image.convert("RGB").resize((224, 224), Image.Resampling.NEAREST), np.float32)
        shift = (rng.uniform(-0.4, 0.4) * 224, rng.uniform(-0.3, 0.3) * 224)
        zooms = (rng.uniform(0.6, 1.4), rng.uniform(0.6, 1.4))
        matrix = affine_map(
            np.deg2rad(rng.uniform(-40, 40)), np.deg2rad(rng.uniform(-0.2, 0.2)), shift, zooms, (224, 224)
        )
        linear, offset = matrix[::-1, 1::-1], matrix[::-1, 2]
        channels = [
            ndimage.affine_transform(film[..., channel], linear, offset, order=1, mode="nearest")
            for channel in range(3)
        ]
        varied = np.stack(channels, axis=-1)
        return varied[:, ::-1] if rng.random() < 0.5 else varied


class _Fed(keras.utils.PyDataset):
    def __init__(self, batch: Callable[[int], tuple[np.ndarray, ...]], steps: int) -> None:
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=4)
        self._batch, self._steps = batch, steps

    def __len__(self) -> int:
        return self._steps

    def __getitem__(self, index: int) -> tuple[np.ndarray, ...]:
        return self._batch(index)


@pytest.fixture(scope="module")
def prepared(request: pytest.FixtureRequest) -> tuple[keras.Model, EpochBatches]:
    from training.architectures import build_network

    folder = request.getfixturevalue("cxr224")
    recipe = _fine_tuning()
    samples = read_manifest(folder / "manifest.csv", recipe.findings)
    chosen = [sample for sample in samples if sample.split == "train"][:: 9000 // FILMS][:FILMS]
    store = FilmStore()
    check_films(chosen, recipe.input, store)
    network = build_network(recipe.architecture, recipe.input, "none")
    network.compile(optimizer=keras.optimizers.Adam(1e-4), loss=FilmLoss(recipe.loss, 0.0, 3), jit_compile=False)
    return network, EpochBatches(recipe, tuple(chosen), 0, store)


# Three rounds of three passes take ten minutes where the processor is slow.
@pytest.mark.timeout(1800)
def test_loading_and_augmentation(benchmark, prepared) -> None:
    network, batches = prepared
    steps, theirs = len(batches), _Generator(batches)
    made = [batches.batch(number) for number in range(steps)]
    network.fit(_Fed(lambda number: made[number], steps), verbose=0)  # builds the graph
    seconds: dict[str, list[float]] = {"step alone": [], "ours": [], "articles'": [], "our batches": []}

    def each() -> None:
        pipelines = {"step alone": lambda number: made[number], "ours": batches.batch, "articles'": theirs.batch}
        for name, batch in pipelines.items():
            started = time.perf_counter()
            network.fit(_Fed(batch, steps), verbose=0)
            seconds[name].append(time.perf_counter() - started)
        started = time.perf_counter()
        for number in range(steps):
            batches.batch(number)
        seconds["our batches"].append(time.perf_counter() - started)

    benchmark.pedantic(each, rounds=ROUNDS, iterations=1)
    rate = {name: FILMS / statistics.median(values) for name, values in seconds.items()}
    cost = statistics.median(a / b for a, b in zip(seconds["ours"], seconds["step alone"], strict=True)) - 1
    ratio = statistics.median(a / b for a, b in zip(seconds["articles'"], seconds["ours"], strict=True))
    benchmark.extra_info.update({**rate, "cost_of_step": cost, "ratio_to_articles": ratio})
    figures = ", ".join(f"{name} {value:.1f} films/s" for name, value in rate.items())
    print(f"\n{figures}; loading and augmentation cost {cost:.1%} of the step; {ratio:.2f} x the articles' pipeline")
