"""One table of sentences: each under the context that the window translates, none that its translation cannot fill."""

import ast
import string
from pathlib import Path

import cxrviewer.errors
from cxrviewer.results import sentences


def marked() -> list[tuple[str, str]]:
    """Context and text of every template of the module, as lupdate finds them."""
    tree = ast.parse(Path(sentences.__file__).read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "QT_TRANSLATE_NOOP"]
    return [tuple(ast.literal_eval(argument) for argument in call.args) for call in named]  # type: ignore[misc]


def test_every_template_is_a_literal_under_the_context_that_the_window_asks_for() -> None:
    found = marked()
    templates = {value for value in vars(sentences).values() if isinstance(value, str) and " " in value}
    assert {context for context, _ in found} == {sentences.CONTEXT}
    assert len({text for _, text in found}) == len(found)
    assert {text for _, text in found} >= set(sentences.SHORT_REASONS.values())
    assert {text for _, text in found} >= templates - {sentences.__doc__}


def test_fields_have_names_so_that_a_translation_may_turn_them_round() -> None:
    for _, text in marked():
        names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
        assert all(name.isidentifier() for name in names)


def test_short_reasons_are_of_codes_that_errors_have() -> None:
    codes = {error.code for error in vars(cxrviewer.errors).values() if hasattr(error, "code")}
    assert set(sentences.SHORT_REASONS) <= codes


def test_a_warning_says_itself_in_english() -> None:
    warned = sentences.Warned("thresholds-unreadable", sentences.THRESHOLDS_UNREADABLE, (("path", "/a/b.json"),))
    assert str(warned) == "Your thresholds in /a/b.json cannot be read and are not used; choose them again."
