"""Measuring against the bars: `python -m benchmarks [NAME ...]`.

A module here that offers `measure` is a benchmark of its own name. It yields figures, each a mapping that starts with
a `name`; each is printed as one line of JSON, as soon as it is known. A figure that is compared is measured together
with what it is compared with, in the same run and in turn: machines are noisy, ratios are not.
"""
