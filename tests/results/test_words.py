"""The sentences that every face of the program shares."""

from dataclasses import replace

from cxrviewer.domain import ModelIdentity, Scope
from cxrviewer.results.words import model_line, printable, result_line, verdict
from tests.results.test_store import failure, ok_analysis


def test_verdicts() -> None:
    assert verdict(ok_analysis("/a", "1" * 64)) == "PNEUMONIA 0.92"
    assert verdict(failure("/a", "1" * 64, "corrupt")) == "error: why"
    assert (
        verdict(replace(failure("/a", "", "view"), status="refused", message="lateral view")) == "refused: lateral view"
    )


def test_the_line_of_a_result_marks_what_is_out_of_scope_and_how_it_lies() -> None:
    turned = Scope("out of scope", 2.0, ("features",), "rotated left")
    shown = result_line(replace(ok_analysis("/a", "1" * 64), scope=turned))
    assert shown.startswith("PNEUMONIA 0.92. OUT OF SCOPE, shown because you asked for it")
    refused = replace(failure("/a", "1" * 64, "out-of-scope"), status="refused", scope=turned)
    for line in (shown, result_line(refused)):
        assert "turned to its left" in line
    assert result_line(ok_analysis("/a", "1" * 64)) == "PNEUMONIA 0.92"


def test_the_model_line_names_everything_that_decides_a_result() -> None:
    line = model_line(ModelIdentity("m", "1.2.3", "ab" * 32), "litert", "0.1.0")
    for part in ("m 1.2.3", "ab" * 32, "litert", "cxrviewer 0.1.0"):
        assert part in line


def test_printable_escapes_what_drives_a_terminal_and_keeps_the_rest() -> None:
    assert printable("Müller 胸部 film.png") == "Müller 胸部 film.png"
    assert printable("a\x1b[2J\n\udcff") == "a\\x1b[2J\\n\\udcff"
    assert printable("\u202eexe.png") == "\\u202eexe.png"
