r"""NORMAL, PNEUMONIA or COVID19 with VGG16, its head trained: a member of the article's ensembles.

python -m training train three_class_vgg16 --data SOURCE --out runs/three_class_vgg16
\ [--class-weights max/count]

Source: the ensemble article among those that this project reproduces (issue 3); its PNEUMONIA is viral.
Preprocessing: that of the backbone's ImageNet weights, as keras.applications.vgg16.preprocess_input.
The issue gives no batch: 32. Nor a figure that the article reached.
Parameters: 598,403 trainable.
"""

from __future__ import annotations

from training.published import three_class_ensemble_member
from training.recipe import HiddenLayer

RECIPE = three_class_ensemble_member(
    "three_class_vgg16",
    "VGG16 at 224 x 224, NORMAL, PNEUMONIA or COVID19: the head",
    "VGG16",
    "",
    preprocessed=True,
    hidden=(HiddenLayer(128, 0.5), HiddenLayer(64, 0.5)),
)
