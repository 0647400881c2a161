from django.urls import path

from calls.views import call, carrier, customer, desk, flags

app_name = "calls"
urlpatterns = [
    path("desk/", desk.show, name="desk"),
    path("desk/search/", desk.search, name="search"),
    path("desk/dial/", desk.dial, name="dial"),
    path("desk/customers/<int:pk>/", desk.with_customer, name="customer_desk"),
    path("calls/<int:pk>/", call.detail, name="detail"),
    path("calls/<int:pk>/panel/", call.panel, name="panel"),
    path("calls/<int:pk>/facts/", call.facts, name="facts"),
    path("calls/<int:pk>/decision/", call.decide, name="decision"),
    path("calls/<int:pk>/end/", call.end, name="end"),
    path("calls/<int:pk>/flags/", flags.show, name="flags"),
    path("calls/<int:pk>/flags/set/", flags.change, name="set_flags"),
    path("calls/<int:pk>/carrier/", carrier.name, name="carrier"),
    path("calls/<int:pk>/customer/", customer.pick, name="pick_customer"),
]
