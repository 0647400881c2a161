from django.urls import path

from customers.views import customers, numbers

app_name = "customers"
urlpatterns = [
    path("customers/", customers.index, name="list"),
    path("customers/new/", customers.new, name="new"),
    path("customers/<int:pk>/edit/", customers.edit, name="edit"),
    path("numbers/<int:pk>/lookup/", numbers.look_up, name="look_up"),
    path("numbers/<int:pk>/response-id/", numbers.response_id, name="response_id"),
]
