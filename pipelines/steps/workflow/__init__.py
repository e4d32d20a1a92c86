"""The workflow's Python: training and serving import the same feature code from here."""
