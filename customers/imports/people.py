"""The people a file names: users by e-mail or name; who is not known is kept by name, and cannot sign in."""

import hashlib
from collections import defaultdict

from django.contrib.auth.hashers import make_password

from accounts.models import User
from integrations.text import cut

NOBODYS = "imported.invalid"  # a domain that can never receive anything (RFC 2606)


def _same(text):
    return " ".join(text.casefold().split())


class People:
    """Who is meant by a text. Asks the database once; those it makes are made in the caller's transaction."""

    def __init__(self):
        self.forget()

    def forget(self):
        """Look again: what was made may have been rolled back."""
        self._by_email, self._by_name, self._made = {}, defaultdict(list), {}
        users = User.objects.order_by("is_placeholder", "-is_active", "pk")
        for pk, name, email, ccai_email, is_placeholder in users.values_list(
            "pk", "name", "email", "ccai_email", "is_placeholder"
        ):
            for address in filter(None, (email.lower(), ccai_email.lower())):
                self._by_email.setdefault(address, pk)
            if name:
                self._by_name[_same(name)].append((is_placeholder, pk))

    def known(self, text):
        """The primary key of who is meant, None where nobody is or two are."""
        word = _same(text)
        if "@" in word and word in self._by_email:
            return self._by_email[word]
        own = [pk for is_placeholder, pk in self._by_name[word] if not is_placeholder]
        if len(own) == 1:
            return own[0]
        return self._by_email.get(address_of(text))

    def unknown(self, texts):
        """Of these texts those that mean nobody, each once."""
        return sorted({" ".join(text.split()) for text in texts if text.strip() and self.known(text) is None})

    def of(self, texts, dry=False):
        """{text: primary key}; in a dry run None for who would be made."""
        missing = [text for text in texts if text and text not in self._made]
        for text in missing:
            self._made[text] = self.known(text)
        new = {address_of(text): text for text in missing if self._made[text] is None}
        if new and not dry:
            self._make(new)
            for text in missing:
                self._made[text] = self._made[text] or self._by_email[address_of(text)]
        return self._made

    def _make(self, new):
        User.objects.bulk_create(
            [
                User(
                    email=address,
                    name=cut(" ".join(text.split()), 150),
                    password=make_password(None),
                    is_active=False,
                    is_placeholder=True,
                )
                for address, text in sorted(new.items())
            ],
            ignore_conflicts=True,  # another import may have made the same one a moment ago
        )
        self._by_email |= User.objects.filter(email__in=new).values_list("email", "pk")


def address_of(text):
    """The address under which somebody is kept by name: always the same for the same name."""
    word = _same(text)
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in word).strip("-")[:40]
    return f"{plain or 'person'}.{hashlib.sha256(word.encode()).hexdigest()[:10]}@{NOBODYS}"
