"""How large a file may be: looked at while it comes, so that nobody fills the disk with one that is refused anyway."""

from django.core.files.uploadhandler import FileUploadHandler, StopUpload

USUAL = 25 * 1024 * 1024  # bytes; pages that take more say so


def takes(limit):
    """Decorates a view of admins: files of up to `limit` bytes may be sent to it, by an admin."""

    def decorate(view):
        view.upload_limit = limit
        return view

    return decorate


def is_too_large(request):
    """Whether a file that came with this request was let go because of its size."""
    return getattr(request, "upload_was_too_large", False)


class Bounded(FileUploadHandler):
    """The first of the handlers: passes on what comes, up to the limit of the page. The rest is read and dropped, so
    that the person gets an answer and not a broken line."""

    def receive_data_chunk(self, raw_data, start):
        if start + len(raw_data) > self._limit():
            self.request.upload_was_too_large = True
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size):
        """The handlers behind this one keep it."""

    def _limit(self):
        match, user = getattr(self.request, "resolver_match", None), getattr(self.request, "user", None)
        wished = getattr(match.func, "upload_limit", USUAL) if match else USUAL
        is_admin = bool(user and user.is_authenticated and user.is_admin)
        return wished if is_admin else min(wished, USUAL)
