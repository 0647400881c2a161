"""Plivo's call records and live calls as our contracts (FACTS 2, CDR). Every key is optional."""

from decimal import Decimal, InvalidOperation

from integrations import reading
from integrations.contracts import LegReport
from integrations.plivo import causes
from integrations.plivo.grammar import call_uuid, number


def record(row, zone="UTC"):
    """A LegReport from one record of an ended leg. Raises ValueError for a row that names no call.

    `zone` is the account's, for stamps without an offset. A leg with a parent is a customer's.
    """
    row = reading.mapping(row)
    uuid = call_uuid(row.get("call_uuid"))
    if not uuid:
        raise ValueError("A call record without a call_uuid.")
    parent = call_uuid(row.get("parent_call_uuid"))
    code, name = reading.text(row.get("hangup_cause_code"), 10), reading.text(row.get("hangup_cause_name"), 60)
    answered_at = reading.moment(row.get("answer_time"), zone)
    return LegReport(
        side="customer" if parent else "agent",
        word=causes.word_of(code, name, answered=answered_at is not None),
        call_uuid=uuid,
        parent_uuid=parent or uuid,
        from_number=number(row.get("from_number")),
        to_number=number(row.get("to_number")),
        started_at=reading.moment(row.get("initiation_time"), zone),
        answered_at=answered_at,
        ended_at=reading.moment(row.get("end_time"), zone),
        seconds=reading.whole(row.get("call_duration")),
        billed_seconds=reading.whole(row.get("billed_duration")),
        rate=money(row.get("total_rate")),
        amount=money(row.get("total_amount")),
        cause_code=code,
        cause=name,
        source=reading.text(row.get("hangup_source"), 30),
        raw=row,
    )


def live(row):
    """A LegReport from one call that is still going on. Raises ValueError for a row that names no call.

    `session_start` is UTC (as SessionStart of the callbacks).
    """
    row = reading.mapping(row)
    uuid = call_uuid(row.get("call_uuid"))
    if not uuid:
        raise ValueError("A live call without a call_uuid.")
    return LegReport(
        side="agent",
        word=reading.text(row.get("call_status"), 30).lower().replace("-", "_"),
        call_uuid=uuid,
        parent_uuid=uuid,
        request_uuid=call_uuid(row.get("request_uuid")),
        from_number=number(row.get("from")),
        to_number=number(row.get("to")),
        started_at=reading.moment(row.get("session_start")),
        raw=row,
    )


def money(value):
    """A Decimal from the text or number Plivo prints ("0.00500"); None for anything else."""
    try:
        amount = Decimal(reading.text(value, 20) or "none")
    except InvalidOperation:
        return None
    # What the column holds: a call that costs more is a misprint.
    return round(amount, 5) if amount.is_finite() and abs(amount) < 100_000 else None
