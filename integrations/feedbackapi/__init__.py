"""FeedbackAPI v1.3: customers, locations, reviews, feedback, requests, accounts, users. Its page: feedbackapi.txt."""
