r"""NORMAL, PNEUMONIA or COVID19 with DenseNet201, its head trained: a member of the article's ensembles.

python -m training train three_class_densenet201 --data SOURCE --out runs/three_class_densenet201
\ [--class-weights max/count]

Source: the ensemble article among those that this project reproduces (issue 3); its PNEUMONIA is viral.
Preprocessing: that of the backbone's ImageNet weights, as keras.applications.densenet.preprocess_input.
The issue gives no batch: 32. Nor a figure that the article reached.
Parameters: 1,106,179 trainable.
"""

from __future__ import annotations

from training.published import three_class_ensemble_member
from training.recipe import HiddenLayer

RECIPE = three_class_ensemble_member(
    "three_class_densenet201",
    "DenseNet201 at 224 x 224, NORMAL, PNEUMONIA or COVID19: the head",
    "DenseNet201",
    "",
    preprocessed=True,
    hidden=(HiddenLayer(64, 0.5),),
)
