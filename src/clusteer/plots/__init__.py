"""What a person looks at: contact sheets, the strip of a question, curves of accuracy against time, maps."""

from clusteer.plots.contact_sheet import contact_sheet
from clusteer.plots.curves import Stage, accuracy_curves, accuracy_panels
from clusteer.plots.maps import map_panels
from clusteer.plots.question_strip import question_strip

__all__ = ["Stage", "accuracy_curves", "accuracy_panels", "contact_sheet", "map_panels", "question_strip"]
