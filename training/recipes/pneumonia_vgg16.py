r"""PNEUMONIA against NORMAL with VGG16, its last block and its head trained.

python -m training train pneumonia_vgg16 --data SOURCE --out runs/pneumonia_vgg16 [--ignore-other-labels]

Source: the VGG16 article among those that this project reproduces (issue 3), on the children of Kermany et al. 2018.
The issue gives no number of epochs: early stopping ends the training, 100 at the latest. Preprocessing: that of the
backbone's ImageNet weights, as keras.applications.vgg16.preprocess_input.
Expected: the article reports an AUC of 0.9895 for PNEUMONIA against NORMAL.
Parameters: 27,593,153 in all, 19,957,889 trainable.
"""

from __future__ import annotations

from training.geometry import Geometry
from training.published import published_card, stretched
from training.recipe import Architecture, Head, HiddenLayer, Phase, Recipe

RECIPE = Recipe(
    name="pneumonia_vgg16",
    description="VGG16 at 224 x 224, PNEUMONIA against NORMAL: block 5 and the head",
    findings=("NORMAL", "PNEUMONIA"),
    aliases=(("VIRAL_PNEUMONIA", "PNEUMONIA"), ("BACTERIAL_PNEUMONIA", "PNEUMONIA")),
    input=stretched(224, 0.0, 255.0),
    architecture=Architecture(
        backbone="VGG16",
        head=Head("none", hidden=(HiddenLayer(512, 0.4), HiddenLayer(64, 0.4)), logits=1),
        preprocessing="imagenet-bgr-mean",
    ),
    phases=(
        Phase(
            epochs=100,
            learning_rate=1e-4,
            optimiser="adam",
            schedule="constant",
            frozen=("block1", "block2", "block3", "block4"),
        ),
    ),
    cells=(),
    augmentation=None,
    geometry=Geometry(rotation=40.0, width_shift=0.3, height_shift=0.4, shear=0.2, zoom=0.4, flip=True),
    batch_size=62,
    label_smoothing=0.0,
    average_decay=0.0,
    class_weights="max/count",
    keep="best",
    stopping_patience=10,
    seed=20,
    expected="The article reports an AUC of 0.9895 for PNEUMONIA against NORMAL, on children.",
    card=published_card("PNEUMONIA or NORMAL"),
)
