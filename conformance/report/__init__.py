"""Journal -> bytes, a writer a format; knows neither pytest nor the command line."""

from conformance.report.folder import write_all
from conformance.report.terminal import summary

__all__ = ["summary", "write_all"]
