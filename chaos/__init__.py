"""Faults on purpose: the real commands on a real database and mail server, killed, stopped and misled.

What must still hold afterwards is checked from the database and from the mail that arrived.
"""
