r"""PNEUMONIA against NORMAL with VGG16 from random weights.

python -m training train pneumonia_vgg16_scratch --data SOURCE --out runs/pneumonia_vgg16_scratch
\ --backbone-weights none [--ignore-other-labels]

Source: the VGG16 article among those that this project reproduces (issue 3): "the same from random weights, all
trainable, batch 16". The issue gives no figure that it reached.
Parameters: 27,593,153, all trainable.
"""

from __future__ import annotations

from dataclasses import replace

from training.recipes.pneumonia_vgg16 import RECIPE as _PRETRAINED

RECIPE = replace(
    _PRETRAINED,
    name="pneumonia_vgg16_scratch",
    description="VGG16 at 224 x 224, PNEUMONIA against NORMAL: all of it, from --backbone-weights none",
    phases=(replace(_PRETRAINED.phases[0], frozen=0),),
    batch_size=16,
    expected="",
)
