r"""Any folder of classes with MobileNetV2's feature vector and a softmax.

python -m training train folder_mobilenetv2 --data FOLDER --out runs/mine [--width 0.5] [--resolution 160]

Source: the tutorial on retraining an image classifier among those that this project reproduces (issue 3). The
findings are the folders' names, upper-cased. ``--width`` multiplies the filters and ``--resolution`` sets the input's
side (Keras has ImageNet weights for widths of 0.35, 0.5, 0.75, 1, 1.3, 1.4 and sides of 96, 128, 160, 192, 224). Loss
and accuracy of every batch are in batches.csv. The backbone is frozen; Adam at 1e-3, Keras' own, because the issue
gives none. The issue gives no figure that the tutorial reached. Here, on all of cxr224, one run gave 0.907 [0.892,
0.921] of the 1,864 test films (children 0.955, adults 0.865; recall of the 53 adults with pneumonia 0.28) in its 873
batches, an epoch in 51 s on 2 idle CPU cores: what ImageNet's features alone are good for.
"""

from __future__ import annotations

from training.published import published_card, stretched
from training.recipe import Architecture, Head, Phase, Recipe

RECIPE = Recipe(
    name="folder_mobilenetv2",
    description="MobileNetV2 at 224 x 224 (or other widths and sides) for any folder of classes: the head, 3 epochs",
    findings=(),
    input=stretched(224, -1.0, 1.0),
    architecture=Architecture(backbone="MobileNetV2", head=Head("global-average")),
    phases=(Phase(epochs=3, learning_rate=1e-3, optimiser="adam", schedule="constant", frozen="backbone"),),
    cells=(),
    augmentation=None,
    batch_size=32,
    label_smoothing=0.0,
    average_decay=0.0,
    keep="last",
    stopping_patience=2,
    seed=20,
    expected="On all films of cxr224 one run gave an accuracy of 0.907 [0.892, 0.921] on the 1,864 test films.",
    card=published_card("the classes of the folder that it was trained on"),
)
