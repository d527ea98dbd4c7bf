"""Readers of what DfE, Ofsted, GOV.UK and the council publish: a file in, typed rows and a report out; no database."""
