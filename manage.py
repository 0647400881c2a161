#!/usr/bin/env python
"""Django's command line."""

import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    if sys.argv[1:2] == ["demo"]:
        from config import keys

        keys.ensure()  # the one command that may start without any
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))  # one sentence on standard error, status 1


if __name__ == "__main__":
    main()
