"""What a person looks at: contact sheets, the strip of a question, curves of accuracy against answers."""

from clusteer.plots.contact_sheet import contact_sheet
from clusteer.plots.curves import accuracy_curves
from clusteer.plots.question_strip import question_strip

__all__ = ["accuracy_curves", "contact_sheet", "question_strip"]
