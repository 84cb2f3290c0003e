"""Scope, lungs and agreement of an analysis as JSON and back."""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import Any, Final, cast, get_args

import numpy as np

from cxrviewer.domain import Agreement, Appearance, LungEvidence, Scope, ScopeState
from cxrviewer.errors import StoreError
from cxrviewer.results.json_values import Reader, number_of, placement_from_json

_MAXIMUM_SIDE: Final = 1024  # of a mask; the segmenter's grid has a few hundred


def scope_to_json(scope: Scope) -> dict[str, Any]:
    """Return the fields of a scope as JSON values."""
    return {
        "state": scope.state,
        "distance": float(scope.distance),
        "reasons": list(scope.reasons),
        "appearance": scope.appearance,
    }


def scope_from_json(content: Any) -> Scope:
    """Return the scope of ``scope_to_json``; StoreError where it is malformed."""
    reader = Reader(content, "scope", frozenset(Scope.__dataclass_fields__))
    state, appearance = reader.text("state"), reader.text("appearance")
    if state not in get_args(ScopeState) or appearance not in get_args(Appearance):
        raise StoreError(f"expected a state and an appearance of a film, got {state!r} and {appearance!r}.")
    return Scope(
        cast(ScopeState, state), reader.number("distance"), reader.texts("reasons"), cast(Appearance, appearance)
    )


def lungs_to_json(lungs: LungEvidence) -> dict[str, Any]:
    """Return the fields as JSON values, the mask as base64 of its deflated bits, row by row."""
    bits = np.packbits(lungs.mask)
    return {
        "mask": {
            "shape": list(lungs.mask.shape),
            "bits": base64.b64encode(zlib.compress(bits.tobytes())).decode("ascii"),
        },
        "placement": dict(vars(lungs.placement)),
        "area_share": float(lungs.area_share),
        "area_cm2": None if lungs.area_cm2 is None else float(lungs.area_cm2),
        "heatmap_shares": [None if share is None else float(share) for share in lungs.heatmap_shares],
    }


def lungs_from_json(content: Any) -> LungEvidence:
    """Return the lungs of ``lungs_to_json``, the mask bit for bit; StoreError where they are malformed."""
    reader = Reader(content, "lungs", frozenset(LungEvidence.__dataclass_fields__))
    return LungEvidence(
        mask=_mask(reader.value("mask")),
        placement=placement_from_json(reader.value("placement")),
        area_share=reader.number("area_share"),
        area_cm2=_optional_number(reader.value("area_cm2"), "lungs.area_cm2"),
        heatmap_shares=tuple(_optional_number(item, "lungs.heatmap_shares") for item in reader.items("heatmap_shares")),
    )


def agreement_to_json(agreement: Agreement) -> dict[str, Any]:
    """Return the fields of an agreement as JSON values."""
    return {"passes": agreement.passes, "same": agreement.same, "spread": float(agreement.spread)}


def agreement_from_json(content: Any) -> Agreement:
    """Return the agreement of ``agreement_to_json``; StoreError where it is malformed."""
    reader = Reader(content, "agreement", frozenset(Agreement.__dataclass_fields__))
    return Agreement(reader.integer("passes"), reader.integer("same"), reader.number("spread"))


def _optional_number(value: Any, name: str) -> float | None:
    return None if value is None else number_of(value, name)


def _mask(content: Any) -> np.ndarray[Any, np.dtype[np.bool_]]:
    reader = Reader(content, "lungs.mask", frozenset({"shape", "bits"}))
    shape = reader.items("shape")
    if len(shape) != 2 or not all(type(side) is int and 0 < side <= _MAXIMUM_SIDE for side in shape):
        raise StoreError(f"expected a mask of at most {_MAXIMUM_SIDE} x {_MAXIMUM_SIDE}, got {shape}.")
    height, width = shape
    length = (height * width + 7) // 8
    try:
        inflater = zlib.decompressobj()
        data = inflater.decompress(base64.b64decode(reader.text("bits"), validate=True), length + 1)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise StoreError(f"expected deflated bits in base64 in lungs.mask, got something else ({error}).") from error
    if len(data) != length:
        raise StoreError(f"expected {length} bytes in a mask of {height} x {width}, got another number.")
    return np.unpackbits(np.frombuffer(data, np.uint8), count=height * width).reshape(height, width).astype(bool)
