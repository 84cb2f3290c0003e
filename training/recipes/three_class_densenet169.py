r"""NORMAL, PNEUMONIA or COVID19 with DenseNet169, all of it trained: the article's variant A.

python -m training train three_class_densenet169 --data SOURCE --out runs/three_class_densenet169

Source: the DenseNet169 article among those that this project reproduces (issue 3); its PNEUMONIA is viral. Films are
centred on the mean of the training films ("feature-wise centring"), in place of ImageNet's, and divided by ImageNet's
standard deviations, which the backbone's weights expect. The issue gives no learning rate: 0.01 is Keras' for SGD. Nor
a batch: 32. Variant B is three_class_densenet169_b. The issue gives no figure that the article reached.
Parameters: 13,528,387 in all.
"""

from __future__ import annotations

from training.geometry import Geometry
from training.published import THREE_ALIASES, THREE_FINDINGS, published_card, stretched
from training.recipe import Architecture, Head, HiddenLayer, Phase, Recipe

RECIPE = Recipe(
    name="three_class_densenet169",
    description="DenseNet169 at 256 x 256, NORMAL, PNEUMONIA or COVID19, variant A: everything, 15 epochs",
    findings=THREE_FINDINGS,
    aliases=THREE_ALIASES,
    input=stretched(256, 0.0, 255.0),
    architecture=Architecture(
        backbone="DenseNet169",
        head=Head("global-average", hidden=(HiddenLayer(512, 0.3), HiddenLayer(64, 0.3))),
        preprocessing="training-mean",
    ),
    phases=(Phase(epochs=15, learning_rate=0.01, optimiser="sgd", schedule="constant"),),
    cells=(),
    augmentation=None,
    geometry=Geometry(zoom=0.07),
    batch_size=32,
    label_smoothing=0.0,
    average_decay=0.0,
    keep="best",
    seed=20,
    expected="",
    card=published_card("NORMAL, PNEUMONIA or COVID19"),
)
