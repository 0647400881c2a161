"""The project's settings with keys of the test run's own; nothing else is different in kind."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests-and-long-enough-to-be-taken-as-a-key-0123456789")
os.environ.setdefault("FIELD_ENCRYPTION_KEYS", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
os.environ.setdefault("TELESIGN_HOOK_KEY", "b25seS1mb3ItdGVzdHM=")
os.environ.setdefault("EMAIL_URL", "memorymail://")
# The suite runs at any hour and dials a few numbers often; tests of these rules say which hold.
os.environ.setdefault("CALLING_HOURS", "00:00-24:00")
os.environ.setdefault("CALLS_A_DAY", "0")

from config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # sign-in is not what is tested
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # noqa: F405

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # The suite survives no power cut; WAL as in production, without waiting for the disk.
    DATABASES["default"]["OPTIONS"]["init_command"] = (  # noqa: F405
        f"PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;{SQLITE_READS}"  # noqa: F405
    )
else:
    # The same there: a commit is not waited for, so that a test's own deletes and inserts cost no disk.
    DATABASES["default"]["OPTIONS"]["options"] = f"{POSTGRES_OPTIONS} -c synchronous_commit=off"  # noqa: F405
# Static files straight from their folders: nothing has to be collected before a test.
WHITENOISE_USE_FINDERS = True
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
