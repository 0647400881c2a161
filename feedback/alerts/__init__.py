"""Thresholds on figures: whoever watches over a location is told once when one is crossed, and once when it is over."""
