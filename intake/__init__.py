"""Writes a feed's typed rows to the tables, all or nothing: session in, report out, never commits."""
