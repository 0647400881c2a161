"""Calls through TeleSign: which call an event is of, what it makes of it, and what TeleSign is told to do next."""
