"""A target file -> a live target: its start, its consent pages, its clock, its timeline."""
