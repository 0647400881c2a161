"""Logs: one line each, JSON outside DEBUG, UTC, with the request's id; people's data masked.

The mask stands on the handler, so that it catches what libraries write too.
"""

import re
from contextvars import ContextVar

request_id = ContextVar("request_id", default="")

_PHONE = re.compile(r"(?<![\w.:-])\+?\d[\d ()-]{5,16}\d(?=\d{2}\b)|(?<![\w.:-])\+?\d{7,13}(?=\d{2}\b)")
_EMAIL = re.compile(r"\b([A-Za-z0-9])[A-Za-z0-9._%+-]*@([A-Za-z0-9.-]+\.[A-Za-z]{2,})")
_SECRET = re.compile(
    r"(?i)\b(authorization|x-api-key|token|password|api_key|secret)\b(['\"]?\s*[:=]\s*['\"]?)([^\s'\",]+)(\s+[A-Za-z0-9+/=]{8,})?"
)

# Whoever has the rest of these addresses joins in somebody's place, or speaks in TeleSign's.
_LINK = re.compile(r"(/invite/|/hooks/telesign/)[^\s/?\"']+")


def mask(text):
    """The text with secrets, e-mail addresses and phone numbers unreadable; a number keeps its last two digits."""
    text = _LINK.sub(r"\1•••", text)
    text = _SECRET.sub(r"\1\2•••", text)
    text = _EMAIL.sub(r"\1•••@\2", text)
    return _PHONE.sub("•••", text)


def masked_report(event, hint=None):
    """Sentry's `before_send`: the report with every text in it masked. It sees what never passes a handler of ours:
    messages, exceptions' words, and the log lines it keeps as a trail.
    """
    return _mask_deep(event)


# How errors are reported: no bodies and no variables of frames, which hold customers' names, notes and numbers.
REPORTS = {
    "send_default_pii": False,
    "include_local_variables": False,
    "max_request_body_size": "never",
    "before_send": masked_report,
}


def _mask_deep(value):
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {key: _mask_deep(inner) for key, inner in value.items()}
    return [_mask_deep(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def _add_request_id(logger, method, event):
    if request_id.get():
        event["request_id"] = request_id.get()
    return event


def _mask_all(logger, method, event):
    return {
        key: mask(value) if isinstance(value, str) and key != "timestamp" else value for key, value in event.items()
    }


def logging_config(level):
    """Django's LOGGING for a level name: everything to standard error through structlog's renderer."""
    import structlog

    stamps = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_request_id,
    ]
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _mask_all,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        "foreign_pre_chain": stamps,
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {"django.server": {"handlers": ["stderr"], "level": level, "propagate": False}},
    }
