"""What a page asks before it does something that cannot simply be undone, and what it says afterwards."""

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse

from customers import services


def asked(request, title, sentences, button, back, pk):
    """The page that names the consequence. `back` with `pk` is where the person came from."""
    context = {
        "title": title,
        "sentences": [sentence for sentence in sentences if sentence],
        "button": button,
        "back": reverse(back, args=[pk]),
    }
    return render(request, "customers/confirm.html", context)


def told(request, deed, sentence):
    """Does the deed and says so; what FeedbackAPI cannot be told is said instead. Whether it was done."""
    try:
        deed()
    except services.CannotSend as refused:
        messages.error(request, str(refused))
        return False
    messages.success(request, sentence)
    return True
