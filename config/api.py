"""The REST addresses, version 1, composed from each app's own."""

from django.urls import path

urlpatterns = []
