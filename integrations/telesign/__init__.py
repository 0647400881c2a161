"""TeleSign Voice: dialling, its events, and the commands we answer them with (telesign_voice.txt, FACTS 3)."""
