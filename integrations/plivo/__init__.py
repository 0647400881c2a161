"""Plivo, as a carrier that is told how good a call was. Its page: plivo_call_feedback.txt."""
