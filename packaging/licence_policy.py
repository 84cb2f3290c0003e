"""Which licences may be in the program: decided on SPDX expressions, and by names that are known, never by guessing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from license_expression import ExpressionError, Licensing

PERMITTED: Final = frozenset(
    (
        "0BSD", "AFL-2.1", "Apache-2.0", "Beerware", "Bitstream-Vera", "blessing", "BSD-2-Clause", "BSD-3-Clause",
        "BSD-3-Clause-Open-MPI", "BSL-1.0", "bzip2-1.0.6", "CC0-1.0", "FTL", "HPND", "IJG", "ISC", "libpng-2.0",
        "libtiff", "MIT", "MIT-CMU", "MPL-2.0", "NCSA", "OpenSSL", "PSF-2.0", "Python-2.0", "Unicode-3.0",
        "Unlicense", "X11", "Zlib", "LicenseRef-socketxx", "LicenseRef-Microsoft-Visual-C-Runtime",
        "LicenseRef-cxrviewer-bundle",
    )
)  # fmt: skip
# GPL with a permission that was written for exactly this: the runtime parts that a compiler or PyInstaller puts into
# every program that it makes, which stays under its own licence.
PERMITTED_EXCEPTIONS: Final = frozenset(
    (
        "GPL-3.0-or-later WITH GCC-exception-3.1",
        "GPL-2.0-or-later WITH Bootloader-exception",
        "Apache-2.0 WITH LLVM-exception",
    )
)
_REPLACEABLE: Final = ("LGPL-",)
_REFUSED: Final = ("GPL-", "AGPL-", "GPL", "AGPL")
_EXPRESSIONS: Final = Licensing()  # knows no licence by itself: which are known is said above


@dataclass(frozen=True)
class Verdict:
    """What an expression comes to: the licence that is used (``A OR B`` offers a choice), or why none may be."""

    used: str
    objections: tuple[str, ...]

    @property
    def permitted(self) -> bool:
        """Whether a part under this licence may be shipped."""
        return not self.objections


def judge(expression: str, *, replaceable: bool) -> Verdict:
    """Return whether a part under an SPDX expression may be shipped, and under which of the licences it offers.

    LGPL is permitted for a ``replaceable`` part, GPL and AGPL never, and nothing that is not known by name.
    """
    if not expression.strip():
        return Verdict("", ("no licence is known",))
    try:
        parsed = _EXPRESSIONS.parse(expression)
    except ExpressionError as error:
        return Verdict("", (f"expected an SPDX expression, got {expression!r} ({error})",))
    return _judge(parsed, replaceable)


def _judge(parsed: Any, replaceable: bool) -> Verdict:
    operator = getattr(parsed, "operator", "").strip().upper()
    if operator not in ("AND", "OR"):
        name = str(parsed)
        objection = _objection(name, replaceable)
        return Verdict("" if objection else name, (objection,) if objection else ())
    verdicts = [_judge(part, replaceable) for part in parsed.args]
    if operator == "OR":
        return next((verdict for verdict in verdicts if verdict.permitted), _joined(verdicts))
    return _joined(verdicts)


def _joined(verdicts: Sequence[Verdict]) -> Verdict:
    objections = tuple(objection for verdict in verdicts for objection in verdict.objections)
    return Verdict("" if objections else " AND ".join(verdict.used for verdict in verdicts), objections)


def _objection(name: str, replaceable: bool) -> str | None:
    if name in PERMITTED or name in PERMITTED_EXCEPTIONS:
        return None
    if name.startswith(_REPLACEABLE):
        return None if replaceable else f"{name} asks that the part can be replaced, and nothing says how"
    if name.startswith(_REFUSED):
        return f"{name} may not be shipped"
    return f"the licence {name!r} is not among the known ones"
