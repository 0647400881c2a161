"""A made-up world of any size, to see how everything behaves at a million calls: `manage.py make_world`.

    make.make(plan, progress)   writes all of it; the same seed and moment make the same world
    told                        which calls there were and how each went, as plain values, oldest first
    cast, numbers, clock        where and whom, their telephone numbers, when people call
    people, calls, wrap_ups, answers, reviews    write their tables
    store                       rows by the ten thousand, with keys given here, in few transactions

Nobody of it exists and no number of it rings (numbers.py).
"""
