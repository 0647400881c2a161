"""CCAI's words for people: why a call failed, who hung up, where it was sent (docs/vendor-facts.md 1).

All of them are open sets: a word in no table is shown as CCAI writes it; "" says that there is nothing to tell.
"""

FAIL_REASONS = {
    "nothing": "",
    "unknown": "CCAI does not know why.",
    "expired": "Nobody took the call in time.",
    "transfer_expired": "Nobody took the transfer in time.",
    "eu_canceled": "The customer cancelled the call.",
    "eu_rejected": "The customer rejected the call.",
    "eu_abandoned": "The customer hung up while waiting.",
    "eu_in_menu_abandoned": "The customer hung up in the menu.",
    "eu_repeated_voicemail": "The customer had left a voicemail already.",
    "eu_repeated_callback": "The customer had asked for a call back already.",
    "eu_busy": "The line was busy.",
    "eu_wrong_number": "The number is wrong.",
    "eu_no_answer": "Nobody answered.",
    "eu_noti_failed": "The customer’s app could not be reached.",
    "ag_canceled": "The agent cancelled the call.",
    "ag_ignored": "The agent did not pick up.",
    "ag_mic_no_device": "The agent had no microphone.",
    "ag_mic_denied": "The agent’s browser did not let CCAI use the microphone.",
    "voip_twilio_error": "The carrier Twilio had an error.",
    "voip_tokbox_error": "The carrier TokBox had an error.",
    "voip_nexmo_error": "The carrier Nexmo had an error.",
    "voip_invalid_token": "The carrier did not accept CCAI’s token.",
    "voip_conn_general": "The line could not be connected.",
    "voip_conn_timeout": "The line was not connected in time.",
    "voip_conn_signal": "The line’s signalling failed.",
    "stuck_due_to_api_error": "CCAI was stuck on an error of its own.",
    "group_deleted_no_substitute": "The queue’s group was deleted and none took its place.",
    "menu_deleted": "The menu was deleted.",
    "direct_pstn_call_to_fallback_number": "It went straight to the fallback number.",
    "force_ended": "Somebody ended it by force.",
}
HUNG_UP = {
    "unknown": "",
    "end_user": "The customer",
    "agent": "The agent",
    "virtual_agent": "The virtual agent",
}
DEFLECTIONS = {
    "no_deflection": "",
    "n_deflection": "",  # a misprint of the page
    "after_hours_message_only": "After hours: a message, nothing more",
    "temp_redirection_phone": "Sent to another phone for now",
    "temp_redirection_queue": "Sent to another queue for now",
}
VOICEMAIL_REASONS = {"not_voicemail": ""}
RECORDING = {"not_asked": "Not asked", "denied": "Denied", "granted": "Granted"}
CARRIERS = {"twilio": "Twilio", "tokbox": "TokBox", "nexmo": "Nexmo"}
PARTS = {"agent": "Agent", "end_user": "Customer", "virtual_agent": "Virtual agent"}
MENU_TYPES = {"ivr_menu": "Phone menu", "mobile_menu": "Menu in the app", "web_menu": "Menu on the web"}


def said(table, word, prefix=""):
    """The words for a vendor's word, with or without its `prefix`; itself where no table knows it."""
    word = word.removeprefix(prefix)
    return table.get(word, word)
