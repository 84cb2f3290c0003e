r"""NORMAL, PNEUMONIA or COVID19 with MobileNet (V1): a small member for the ensembles, ours.

python -m training train three_class_mobilenet --data SOURCE --out runs/three_class_mobilenet
\\ --backbone-weights ../shared/weights/mobilenet_1.0_224_imagenet_notop.weights.h5

The head of the article's DenseNet201 on a backbone whose weights are at hand without a network (issue 3: "MobileNet
(V1) + MobileNetV2 with the real weights make the working ensemble"). The head first, then the last third of the
backbone, with its batch normalisation on the moving averages, which a short training would let drift.
"""

from __future__ import annotations

from dataclasses import replace

from training.published import published_card, stretched
from training.recipe import Architecture, Phase
from training.recipes.three_class_densenet201 import RECIPE as _PUBLISHED

RECIPE = replace(
    _PUBLISHED,
    name="three_class_mobilenet",
    description="MobileNet (V1) at 224 x 224, NORMAL, PNEUMONIA or COVID19: the head, then from layer 57 on",
    input=stretched(224, -1.0, 1.0),
    architecture=Architecture(backbone="MobileNet", head=_PUBLISHED.architecture.head, batch_norm_statistics="moving"),
    phases=(
        Phase(epochs=3, learning_rate=1e-3, optimiser="adam", schedule="constant", frozen="backbone"),
        Phase(epochs=4, learning_rate=1e-4, optimiser="adam", schedule="cosine", frozen=57),
    ),
    class_weights="max/count",
    label_smoothing=0.05,
    stopping_patience=None,
    plateau=None,
    expected=(
        "On all films of cxr224 one run gave accuracy 0.926 [0.913, 0.939] on the 1,864 test films, AUC of COVID19 "
        "0.991, NORMAL 0.981 and PNEUMONIA 0.986, in twenty minutes beside other work. Cut short, with --limit "
        "600 --epochs 1, it was 0.828 [0.797, 0.858] on 600 test films."
    ),
    card=published_card("NORMAL, PNEUMONIA or COVID19"),
)
