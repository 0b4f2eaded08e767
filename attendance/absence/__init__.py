"""缺勤处置: days nobody has accounted for, what a person found of them, and the chain of the document that follows."""
