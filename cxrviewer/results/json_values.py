"""Values of a parsed JSON object, each taken as the type that is asked for, and arrays as JSON and back."""

from __future__ import annotations

import base64
import binascii
import math
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import FloatArray, Placement
from cxrviewer.errors import StoreError

_MAXIMUM_VALUES: Final = 4_000_000  # in one array; a heatmap has a few hundred


class Reader:
    """Takes values out of a parsed JSON object, each of the type that is asked for."""

    def __init__(self, content: Any, name: str, keys: frozenset[str]) -> None:
        if not isinstance(content, dict):
            raise StoreError(f"expected {name} to be a JSON object, got {type(content).__name__}.")
        if content.keys() != keys:
            missing, unknown = sorted(keys - content.keys()), sorted(map(str, content.keys() - keys))
            raise StoreError(f"expected {name} to have its own keys; missing {missing}, unknown {unknown}.")
        self._content, self._name = content, name

    def value(self, key: str) -> Any:
        """Return what stands under a key."""
        return self._content[key]

    def text(self, key: str) -> str:
        """Return a text; StoreError where it is none."""
        return text_of(self._content[key], f"{self._name}.{key}")

    def integer(self, key: str) -> int:
        """Return a whole number; StoreError where it is none."""
        return integer_of(self._content[key], f"{self._name}.{key}")

    def number(self, key: str) -> float:
        """Return a finite number; StoreError where it is none."""
        return number_of(self._content[key], f"{self._name}.{key}")

    def items(self, key: str) -> list[Any]:
        """Return a list; StoreError where it is none."""
        value = self._content[key]
        if not isinstance(value, list):
            raise StoreError(f"expected {self._name}.{key} to be a list, got {type(value).__name__}.")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; StoreError where it is none."""
        return tuple(text_of(item, f"{self._name}.{key}") for item in self.items(key))

    def numbers(self, key: str) -> tuple[float, ...]:
        """Return a list of finite numbers; StoreError where it is none."""
        return tuple(number_of(item, f"{self._name}.{key}") for item in self.items(key))


def text_of(value: Any, name: str) -> str:
    """Return a value that is a text; StoreError, which calls it ``name``, where it is none."""
    if not isinstance(value, str):
        raise StoreError(f"expected {name} to be a text, got {type(value).__name__}.")
    return value


def integer_of(value: Any, name: str) -> int:
    """Return a value that is a whole number; StoreError, which calls it ``name``, where it is none."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise StoreError(f"expected {name} to be a whole number, got {type(value).__name__}.")
    return value


def number_of(value: Any, name: str) -> float:
    """Return a value that is a finite number; StoreError, which calls it ``name``, where it is none."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise StoreError(f"expected {name} to be a number, got {type(value).__name__}.")
    if not math.isfinite(value):
        raise StoreError(f"expected {name} to be finite, got {value}.")
    return float(value)


def placement_from_json(content: Any) -> Placement:
    """Return a placement from the dictionary of its fields; StoreError where it is malformed."""
    placement = Reader(content, "placement", frozenset(Placement.__dataclass_fields__))
    return Placement(
        top=placement.number("top"),
        left=placement.number("left"),
        height=placement.number("height"),
        width=placement.number("width"),
        radiograph_height=placement.integer("radiograph_height"),
        radiograph_width=placement.integer("radiograph_width"),
        input_height=placement.integer("input_height"),
        input_width=placement.integer("input_width"),
    )


def array_to_json(array: npt.NDArray[np.float32]) -> dict[str, Any]:
    """Return shape and base64 of the little-endian bytes of a float32 array; ValueError for another dtype."""
    if array.dtype != np.float32:
        raise ValueError(f"expected a float32 array, got {array.dtype}")
    data = np.ascontiguousarray(array, dtype="<f4").tobytes()
    return {"shape": list(array.shape), "float32": base64.b64encode(data).decode("ascii")}


def array_from_json(content: Any, name: str, dimensions: int) -> FloatArray:
    """Return the float32 array of ``array_to_json``; StoreError where it is malformed."""
    reader = Reader(content, name, frozenset({"shape", "float32"}))
    shape = [integer_of(item, f"{name}.shape") for item in reader.items("shape")]
    if len(shape) != dimensions or any(length < 0 for length in shape) or _product(shape) > _MAXIMUM_VALUES:
        raise StoreError(f"expected {name} to have {dimensions} dimensions of sensible lengths, got {shape}.")
    try:
        data = base64.b64decode(reader.text("float32"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise StoreError(f"expected base64 in {name}, got something else ({error}).") from error
    if len(data) != 4 * _product(shape):
        raise StoreError(f"expected {4 * _product(shape)} bytes in {name} of shape {shape}, got {len(data)}.")
    return np.frombuffer(data, dtype="<f4").astype(np.float32).reshape(shape)


def _product(shape: list[int]) -> int:
    total = 1
    for length in shape:
        total *= length
    return total
