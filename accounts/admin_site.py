"""Who may open Django's admin, and how one signs in to it."""

from django.contrib.admin import AdminSite as DjangoAdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models.base import ModelBase
from django.utils.decorators import method_decorator

from accounts.choices import Role

# Not used by us (groups, allauth's addresses), or holding what opens a door (session keys).
HIDDEN = {"auth.Group", "account.EmailAddress", "account.EmailConfirmation", "usersessions.UserSession"}
# A row of the queue names a function to run: whoever may write one runs any code on the server.
HIDDEN |= {"django_q.Schedule", "django_q.Success", "django_q.Failure", "django_q.OrmQ"}


class AdminSite(DjangoAdminSite):
    """For admins marked as staff. They sign in on our own page, so that its limits hold here too."""

    site_header = site_title = "Aftercall"
    index_title = "Rows behind the pages"

    def register(self, model_or_iterable, admin_class=None, **options):
        models = [model_or_iterable] if isinstance(model_or_iterable, ModelBase) else model_or_iterable
        super().register([model for model in models if model._meta.label not in HIDDEN], admin_class, **options)

    def has_permission(self, request):
        return super().has_permission(request) and request.user.role == Role.ADMIN

    @method_decorator(login_not_required)
    def login(self, request, extra_context=None):
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied("This page is not for your role.")
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME) or "/admin/")
