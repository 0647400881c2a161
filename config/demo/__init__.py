"""The demo: a small believable world, and the processes that bring it to life."""
