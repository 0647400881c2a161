"""The explorer's list as a file: exactly its rows, written in the background, had by its owner for a day."""
