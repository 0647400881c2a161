"""Tasks for a worker to do, where a test asks whether it works."""

from django.contrib.auth import get_user_model


def rename(pk, name):
    get_user_model().objects.filter(pk=pk).update(name=name)
