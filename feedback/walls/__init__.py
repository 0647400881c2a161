"""Wall screens: making and closing them, and finding the one a browser holds the key of."""
