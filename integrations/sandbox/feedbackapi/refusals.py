"""The errors of FeedbackAPI: `{"type","message","param"}` with the statuses its page lists."""

from integrations.sandbox.wire import answer

# status: (type, words). The page names statuses and types; that 404 is an invalid request is ours to say.
_WORDS = {
    400: ("invalid_request_error", "The request was unacceptable, often due to missing a required parameter."),
    401: ("authentication_error", "No valid API key provided."),
    402: ("invalid_request_error", "The parameters were valid but the request failed."),
    404: ("invalid_request_error", "The requested resource doesn't exist."),
    429: (
        "rate_limit_error",
        "Too many requests hit the API too quickly. We recommend an exponential backoff of your requests.",
    ),
    503: ("api_connection_error", "Failure to connect to the API."),
}
_OTHERS = ("api_error", "Something went wrong on our end.")


class Refused(Exception):
    """A request that is answered with an error. `param`: the parameter it relates to, or None."""

    def __init__(self, status, message=None, param=None):
        super().__init__(message)
        self.status, self.message, self.param = status, message, param


def missing(param):
    """400 for a required parameter that was not sent."""
    return Refused(400, f"Missing required parameter: {param}", param)


def problem(status, message=None, param=None):
    """The body of an error answer."""
    kind, words = _WORDS.get(status, _OTHERS)
    body = {"type": kind, "message": message or words}
    return body if param is None else body | {"param": param}


def refuse(status, message=None, param=None):
    """An error answer."""
    return answer(problem(status, message, param), status)
