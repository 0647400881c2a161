"""The addresses of cases, taken up by urls.py."""

from django.urls import path

from feedback.views import case_rules, cases, cases_one

urlpatterns = [
    path("cases/", cases.listed, name="cases"),
    path("cases/export/", cases.export, name="cases_export"),
    path("cases/count/", cases.count, name="cases_count"),
    path("cases/rules/", case_rules.index, name="case_rules"),
    path("cases/rules/all/", case_rules.for_all, name="case_rule_for_all"),
    path("cases/rules/new/", case_rules.new, name="case_rule_new"),
    path("cases/rules/<int:pk>/", case_rules.edit, name="case_rule"),
    path("cases/rules/<int:pk>/remove/", case_rules.remove, name="case_rule_remove"),
    path("cases/<int:pk>/", cases_one.page, name="case"),
    path("cases/<int:pk>/call/", cases_one.call, name="case_call"),
    path("cases/<int:pk>/owner/", cases_one.owner, name="case_owner"),
    path("cases/<int:pk>/notes/", cases_one.note, name="case_note"),
    path("cases/<int:pk>/contact/", cases_one.contact, name="case_contact"),
    path("cases/<int:pk>/contact/undo/", cases_one.contact_undo, name="case_contact_undo"),
    path("cases/<int:pk>/resolution/", cases_one.resolve, name="case_resolve"),
    path("cases/<int:pk>/drop/", cases_one.drop, name="case_drop"),
    path("cases/<int:pk>/closing/undo/", cases_one.closing_undo, name="case_closing_undo"),
    path("cases/<int:pk>/reopening/", cases_one.reopen, name="case_reopen"),
]
