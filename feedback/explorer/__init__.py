"""The call explorer: every call a person may see, found by anything that is known of it."""
