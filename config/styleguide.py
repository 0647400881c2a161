from django.shortcuts import render

from accounts.access import for_admins


@for_admins
def styleguide(request):
    """The living page of all parts."""
    return render(request, "styleguide.html")
