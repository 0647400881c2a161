"""Trestle: what a number is, and what a call told about it. Its page: trestle_phone_feedback.txt."""
