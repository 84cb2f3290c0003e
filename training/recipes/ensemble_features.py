r"""NORMAL, PNEUMONIA or COVID19 from three networks: their last hidden layers, 64 units each, to one dense layer.

python -m training ensemble ensemble_features runs/three_class_densenet201 runs/three_class_efficientnetb7
\\ runs/three_class_vgg16 --data SOURCE --out runs/ensemble_features

Source: the ensemble article among those that this project reproduces (issue 3). Any runs over the same findings and the
same input size may take the members' places: three_class_mobilenet and three_class_mobilenetv2 are made for machines
without Keras' downloads. Optimiser and epochs are ours, the issue gives none.
Parameters: 579 trainable.
"""

from __future__ import annotations

from training.published import ensemble

RECIPE = ensemble(
    "ensemble_features",
    "DenseNet201, EfficientNetB7 and VGG16 (or other runs) combined by their last hidden layers",
    "features",
    ("three_class_densenet201", "three_class_efficientnetb7", "three_class_vgg16"),
    "With three_class_mobilenet and three_class_mobilenetv2 as members, trained at their length on cxr224, it was "
    "right on 0.942 [0.930, 0.953] of the 1,864 test films (its members: see ensemble_probabilities).",
)
