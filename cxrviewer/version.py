"""The program's version; the distribution takes it from here (reading it from there costs every start 50 ms)."""

__version__ = "0.1.0"
