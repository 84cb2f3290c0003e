"""The program's version, as the installed distribution says."""

from importlib.metadata import version

__version__ = version("cxrviewer")
