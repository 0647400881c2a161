"""The project's settings with keys of the test run's own; nothing else is different in kind."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests-and-long-enough-to-be-taken-as-a-key-0123456789")
os.environ.setdefault("FIELD_ENCRYPTION_KEYS", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
os.environ.setdefault("EMAIL_URL", "memorymail://")

from config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # sign-in is not what is tested
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # noqa: F405
