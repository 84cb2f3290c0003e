r"""NORMAL, PNEUMONIA or COVID19 from three networks: their 9 probabilities to one dense layer.

python -m training ensemble ensemble_probabilities runs/three_class_densenet201 runs/three_class_efficientnetb7
\\ runs/three_class_vgg16 --data SOURCE --out runs/ensemble_probabilities

Source: the ensemble article among those that this project reproduces (issue 3). Any runs over the same findings and the
same input size may take the members' places: three_class_mobilenet and three_class_mobilenetv2 are made for machines
without Keras' downloads. Optimiser and epochs are ours, the issue gives none.
Parameters: 30 trainable.
"""

from __future__ import annotations

from training.published import ensemble

RECIPE = ensemble(
    "ensemble_probabilities",
    "DenseNet201, EfficientNetB7 and VGG16 (or other runs) combined by their probabilities",
    "probabilities",
    ("three_class_densenet201", "three_class_efficientnetb7", "three_class_vgg16"),
    "With three_class_mobilenet and three_class_mobilenetv2 as members, trained at their length on cxr224, it was "
    "right on 0.939 [0.926, 0.951] of the 1,864 test films, its members on 0.926 [0.912, 0.939] and 0.937 [0.925, "
    "0.950]: better than both, and by less than its interval. The article's own members have not been trained.",
)
