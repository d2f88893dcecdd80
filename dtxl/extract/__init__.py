"""From a plan document to the plan: indicators, targets, tasks, the document's own facts, and what is doubtful."""

from dtxl.extract.document import extract_document

__all__ = ["extract_document"]
