"""The outside world in one process: the vendors as their pages document them.

It knows nothing of the project beyond HTTP, so nothing here may import a model,
a setting or a client of it. `server.start()` serves it inside a test, and
`manage.py sandbox` as a process of its own; its front page says what it does.

Layers, each importing only what stands before it:
`credentials, clock, pace, store, script <- life, faults <- world <- wire, hooks <- the
vendors <- control, frontpage <- app <- server`.
"""
