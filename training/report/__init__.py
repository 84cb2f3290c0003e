"""One HTML file that says how good a network is, with every figure and picture inside it."""

from training.report.page import REPORT_FILE, write_report

__all__ = ["REPORT_FILE", "write_report"]
