"""The segmenter's network: a small U-Net that Keras runs on TensorFlow, JAX or PyTorch."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from training.lungs.films import SIZE

CHANNELS = (8, 16, 32, 48, 64)
Tensor = Any


def build_unet(channels: tuple[int, ...] = CHANNELS) -> keras.Model:
    """Return the network: (N, 112, 112, 1) normalised greys to (N, 112, 112, 1) logits of lung; 0.2 M parameters.

    Source: Ronneberger et al. 2015, U-Net, with fewer channels, batch normalisation and padded convolutions.
    """
    films = keras.Input((SIZE, SIZE, 1), name="films")
    x, skips = _block(films, channels[0], 1, "down0"), []
    for level, width in enumerate(channels[1:], start=1):
        skips.append(x)
        x = _block(layers.MaxPooling2D(name=f"pool{level}")(x), width, 2, f"down{level}")
    for level in reversed(range(len(skips))):
        x = layers.UpSampling2D(interpolation="bilinear", name=f"enlarge{level}")(x)
        x = layers.Concatenate(name=f"join{level}")([x, skips[level]])
        x = _block(x, channels[level], 1 if level == 0 else 2, f"up{level}")
    return keras.Model(films, layers.Conv2D(1, 1, name="lung")(x), name="lung_unet")


def _block(x: Tensor, width: int, convolutions: int, name: str) -> Tensor:
    for number in range(convolutions):
        x = layers.Conv2D(width, 3, padding="same", use_bias=False, name=f"{name}_conv{number}")(x)
        # The films are few and each batch is drawn anew: statistics that follow quickly suit the last weights best.
        x = layers.BatchNormalization(momentum=0.95, name=f"{name}_norm{number}")(x)
        x = layers.ReLU(name=f"{name}_relu{number}")(x)
    return x
