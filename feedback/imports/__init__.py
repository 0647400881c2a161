"""Calls, answers and reviews from files: what their columns mean, and how a portion of rows is taken in."""
