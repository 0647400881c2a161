"""What comes back: private answers and public reviews, read and dealt with by people."""
