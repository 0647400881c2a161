"""The supervisor's overview: figures of a period beside those of the one before, and the rows behind each."""
