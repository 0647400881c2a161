"""What goes out or is laid open: the weekly report by mail, and the proof that nobody is kept from the public link."""
