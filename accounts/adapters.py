from allauth.account.adapter import DefaultAccountAdapter


class ClosedAdapter(DefaultAccountAdapter):
    """People are invited by an admin; nobody signs up."""

    def is_open_for_signup(self, request):
        return False
