"""A call log of any length, as people export it: two hundred agents, a year, every fifth call not answered."""

import csv
import random
from datetime import datetime, timedelta

HEADS = (
    "Call Id", "Agent", "Date", "Time", "Topic", "Answered (Y/N)", "Resolved", "Speed of answer in seconds",
    "AvgTalkDuration", "Satisfaction rating",
)  # fmt: skip
TOPICS = ("Contract related", "Technical Support", "Payment related", "Streaming", "Admin Support")


def write(path, rows):
    """Writes the file; the same rows each time."""
    dice, at, step = random.Random(33), datetime(2025, 1, 1), timedelta(days=365) / rows  # noqa: S311
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADS)
        for number in range(1, rows + 1):
            at += step
            writer.writerow(_row(number, at, dice))


def _row(number, at, dice):
    agent, topic = f"Agent {dice.randrange(200):03}", dice.choice(TOPICS)
    start = (f"ID{number:07}", agent, f"{at:%Y-%m-%d}", f"{at:%H:%M:%S}", topic)
    if dice.random() < 0.19:
        return (*start, "N", "N", "", "", "")
    talk = dice.randrange(30, 420)
    resolved = "Y" if dice.random() < 0.9 else "N"
    return (*start, "Y", resolved, dice.randrange(10, 125), f"0:{talk // 60:02}:{talk % 60:02}", dice.randrange(1, 6))
