"""The invented county: generated, and written in the publishers’ own formats."""
