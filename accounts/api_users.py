"""REST: the users, and what answers where there is nothing."""

from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers, viewsets
from rest_framework.views import APIView

from accounts.models import User


class NotFoundView(APIView):
    """Whatever lies under /api/ and is none of our addresses, for anybody: 404 as JSON."""

    authentication_classes = permission_classes = throttle_classes = ()
    schema = None

    def initial(self, request, *args, **kwargs):
        raise exceptions.NotFound("There is nothing at this address. Addresses end with a slash.")


class UserSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["id", "email", "name", "role", "sees_all_locations", "time_zone", "ccai_email", "is_active"]


@extend_schema(tags=["users"])
class UserViewSet(viewsets.ReadOnlyModelViewSet):
    """People who use Aftercall. An agent's token sees its own user; a supervisor's or admin's everybody."""

    serializer_class = UserSerializer
    queryset = User.objects.none()  # for the schema: the type of the id

    def get_queryset(self):
        return User.objects.visible_to(self.request.user)
