"""The shipped bundle: NORMAL, PNEUMONIA or COVID19 from one frontal chest radiograph.

    python -m training train cxr_mobilenetv2 --data ../shared/data/cxr224/manifest.csv --out runs/cxr_mobilenetv2 \
        --backbone-weights ../shared/weights/mobilenet_v2_1.0_224_imagenet_notop.weights.h5
    python -m training export runs/cxr_mobilenetv2 models/cxr_mobilenetv2

Films are drawn by cell (label x source), so that no finding is a hospital: the few radiographs of adults with
pneumonia come often, the many of children seldom. Films take on each other's grey values and low frequencies across
labels (``match_histogram``, ``match_spectrum``), and letters, arrows and frames appear under every finding.
Batch normalisation trains with momentum 0.98; frozen, it drifted at this learning rate.
"""

from __future__ import annotations

from cxrviewer.domain import InputSpec
from training.augmentation import Augmentation
from training.recipe import Architecture, Cell, Head, Phase, Recipe

RECIPE = Recipe(
    name="cxr_mobilenetv2",
    description="MobileNetV2 at 224 x 224, fine-tuned whole on films drawn by label and source",
    findings=("NORMAL", "PNEUMONIA", "COVID19"),
    input=InputSpec(
        height=224, width=224, channels=3, fit="stretch", interpolation="area", low=-1.0, high=1.0
    ),
    architecture=Architecture(
        backbone="MobileNetV2", head=Head("global-average", dropout=0.2), batch_norm_momentum=0.98
    ),
    phases=(Phase(epochs=7, learning_rate=3e-4, warm_up_steps=100, weight_decay=1e-3),),
    cells=(
        Cell("PNEUMONIA", "kermany", 1400),
        Cell("PNEUMONIA", "nih-chestxray14", 600),
        Cell("NORMAL", "kermany", 700),
        Cell("NORMAL", "rsna", 1200),
        Cell("NORMAL", "nih-chestxray14", 100),
        Cell("COVID19", "covid-cxnet", 632),
        Cell("COVID19", "covid-radiography", 1368),
    ),
    augmentation=Augmentation(),
    batch_size=32,
    label_smoothing=0.05,
    average_decay=0.995,
    seed=20,
    expected="",
)
