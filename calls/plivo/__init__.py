"""Calls through Plivo: what its callbacks and records make of a call, whom an agent is joined with, what was lost."""
