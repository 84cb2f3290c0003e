r"""NORMAL, PNEUMONIA or COVID19 with DenseNet169, its first 369 layers frozen: the article's variant B.

python -m training train three_class_densenet169_b --data SOURCE --out runs/three_class_densenet169_b

Source: as three_class_densenet169. The layers are counted within the backbone, its input layer being the first.
Parameters: 13,528,387 in all, 6,802,435 trainable.
"""

from __future__ import annotations

from dataclasses import replace

from training.recipes.three_class_densenet169 import RECIPE as _VARIANT_A

RECIPE = replace(
    _VARIANT_A,
    name="three_class_densenet169_b",
    description="DenseNet169 at 256 x 256, NORMAL, PNEUMONIA or COVID19, variant B: from layer 369 on, 10 epochs",
    phases=(replace(_VARIANT_A.phases[0], epochs=10, frozen=369),),
)
