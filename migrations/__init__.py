"""Alembic: the schema's history."""
