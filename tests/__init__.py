"""Tests mirror the rooms; what spans rooms has a folder of its own."""
