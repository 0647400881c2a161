"""What TeleSign is told to do next: the answer to an event, decided from what is stored and given once.

Each answer is kept on the call's timeline under its event, so that an event that comes twice is answered the same.
"""

from django.db import transaction

from calls.choices import Kind
from calls.models import Call
from calls.services import events
from calls.telesign import matching
from customers import phones
from integrations import options
from integrations.errors import SetAside
from integrations.models import Connection
from integrations.telesign import commands
from integrations.telesign.events import DIALLED, INCOMING, LEG_OVER, OVER, parse

HANG_UP, SAID, ASKED, JOINED = "told_hang_up", "told_say", "told_ask", "told_join"
CONNECTED = "You are connected."


def decide(event):
    """The command for a stored HookEvent that was applied. Hang up for a call we do not know."""
    try:
        told = parse(event.body)
    except SetAside:
        return commands.hangup()
    connection = Connection.objects.of("telesign")
    with transaction.atomic():
        call = matching.by_id(connection, told.reference_id)
        if call is None or told.name == OVER:  # whatever is answered then is ignored
            return commands.hangup()
        call = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
        before = call.events.filter(dedupe=f"told:{event.pk}").first()
        return before.raw if before else _tell(call, event, *_Next(call, told, options.of(connection)).command())


def _tell(call, event, word, command, text):
    events.note(call, word, text, dedupe=f"told:{event.pk}", raw=command)
    return command


class _Next:
    """The next thing in a call. Each method gives (our word, the command, the line on the timeline)."""

    def __init__(self, call, told, wish):
        self.call, self.told, self.wish = call, told, wish

    def command(self):
        if self.call.state.is_final:
            return self.hang_up()
        return {INCOMING: self.called, DIALLED: self.dialled, LEG_OVER: self.last}.get(self.told.name, self.hang_up)()

    def called(self):
        """A customer rings us."""
        if self.wish["on_incoming"] == "speak":
            return self.say(self.wish["incoming_sentence"])
        if self.wish["on_incoming"] == "connect" and self.wish["incoming_number"]:
            return self.join(self.wish["incoming_number"], self.told.from_number or self.told.to_number)
        return self.hang_up()

    def dialled(self):
        """A phone was picked up, or not."""
        if matching.is_of_joined_phone(self.call, self.told):
            return self.say(CONNECTED) if self.told.is_answer else self.nobody_there()
        if not self.told.is_answer:
            return self.hang_up()
        if self.wish["on_answer"] == "connect" and self.call.agent_number:
            return self.join(self.call.agent_number, self._caller_id())
        if self.wish["on_answer"] == "hangup":
            return self.last()
        return self.say(self.wish["answer_sentence"], and_ask=True)

    def nobody_there(self):
        """The phone that was to be joined was not picked up."""
        incoming = self.call.kind == Kind.INCOMING
        return self.say(self.wish["incoming_sentence" if incoming else "answer_sentence"])

    def last(self):
        """Before the end: the question, once."""
        return self.say("", and_ask=True)

    def say(self, sentence, and_ask=False):
        """A sentence, with the question behind it where one is to be asked; hang up where there is nothing to say."""
        question = self.wish["keypad_sentence"].strip() if and_ask and self.wish["keypad"] else ""
        asks = bool(question) and not self.call.events.filter(word=ASKED).exists()
        message = " ".join(filter(None, (sentence.strip(), question if asks else "")))
        if not message:
            return self.hang_up()
        command = commands.speak(message, self.wish["language"] or "en-US", most_digits=1 if asks else 0)
        return (ASKED if asks else SAID), command, f"TeleSign was told to say “{message}”"

    def join(self, number, caller_id):
        return JOINED, commands.dial(number, caller_id), f"TeleSign was told to connect {phones.display(number)}"

    def hang_up(self):
        return HANG_UP, commands.hangup(), "TeleSign was told to hang up"

    def _caller_id(self):
        return self.told.from_number or self.call.reported_outbound_number or self.call.outbound_number
