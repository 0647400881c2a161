"""Programs that run beside us: started in a group of their own, watched, and ended with all they started."""
