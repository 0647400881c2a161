"""What becomes of reviews, answers and requests that a reading of FeedbackAPI brings.

apply_request(request, raw)     the vendor's answer about a request of ours, merged and saved
"""

from feedback.sync.requests import requests

__all__ = ["apply_request"]

apply_request = requests.apply
