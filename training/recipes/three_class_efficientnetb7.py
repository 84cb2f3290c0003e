r"""NORMAL, PNEUMONIA or COVID19 with EfficientNetB7, its head trained: a member of the article's ensembles.

python -m training train three_class_efficientnetb7 --data SOURCE --out runs/three_class_efficientnetb7
\ [--class-weights max/count]

Source: the ensemble article among those that this project reproduces (issue 3); its PNEUMONIA is viral.
Preprocessing: the backbone's own layers, which take values from 0 to 255.
The issue gives no batch: 32. Nor a figure that the article reached.
Parameters: 1,474,819 trainable.
"""

from __future__ import annotations

from training.published import three_class_ensemble_member
from training.recipe import HiddenLayer

RECIPE = three_class_ensemble_member(
    "three_class_efficientnetb7",
    "EfficientNetB7 at 224 x 224, NORMAL, PNEUMONIA or COVID19: the head",
    "EfficientNetB7",
    "",
    preprocessed=False,
    hidden=(HiddenLayer(64, 0.5),),
)
