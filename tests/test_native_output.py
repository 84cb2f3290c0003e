"""C libraries' chatter stays off the terminal; what Python says still gets there."""

import subprocess
import sys
import textwrap

import pytest


def stderr_of(code: str) -> str:
    preamble = "import os, sys\nfrom cxrviewer.native_output import *\nfrom cxrviewer import native_output\n"
    done = subprocess.run(
        [sys.executable, "-c", preamble + textwrap.dedent(code)], capture_output=True, text=True, check=True
    )
    return done.stderr


def test_inside_the_block_nothing_and_afterwards_everything() -> None:
    said = stderr_of(
        """
        os.write(2, b"before ")
        with native_output.native_errors_silenced():
            os.write(2, b"inside ")
        os.write(2, b"after")
        """
    )
    assert said == "before after"


def test_an_error_inside_the_block_raises_and_restores() -> None:
    said = stderr_of(
        """
        try:
            with native_output.native_errors_silenced():
                raise ValueError("wrong")
        except ValueError as error:
            print(error, file=sys.stderr)
        """
    )
    assert said == "wrong\n"


def test_a_worker_keeps_pythons_own_standard_error() -> None:
    said = stderr_of(
        """
        native_output.silence_native_errors()
        os.write(2, b"native")
        print("python", file=sys.stderr)
        """
    )
    assert said == "python\n"


@pytest.mark.parametrize("call", ["silence_native_errors()", "native_errors_silenced().__enter__()"])
def test_a_program_without_standard_error_goes_on(call: str) -> None:
    assert stderr_of(f"os.close(2); sys.stderr = None\nnative_output.{call}\nprint('on')") == ""
