"""Writes the options of a choice without a template each: a filter's agents and locations are hundreds of them, and
they took a third of the time of a page. The markup is Django's own (tests/config/test_form_renderer.py)."""

from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

SELECT, OPTION = "django/forms/widgets/select.html", "django/forms/widgets/select_option.html"


class Renderer(DjangoTemplates):
    """Django's, but for plain selects. Whatever has templates of its own goes through them."""

    def render(self, template_name, context, request=None):
        if template_name == SELECT and _is_plain(context["widget"]):
            return _select(context["widget"])
        return super().render(template_name, context, request)


def _is_plain(widget):
    return all(option["template_name"] == OPTION for _, options, _ in widget["optgroups"] for option in options)


def _select(widget):
    groups = "".join(_group(name, options) for name, options, _ in widget["optgroups"])
    html = f'<select name="{conditional_escape(widget["name"])}"{_attrs(widget["attrs"])}>{groups}\n</select>'
    return mark_safe(html)  # noqa: S308  (each value in it is escaped where it is put in)


def _group(name, options):
    rows = "".join(
        f'\n  <option value="{conditional_escape(str(option["value"]))}"{_attrs(option["attrs"])}>'
        f"{conditional_escape(option['label'])}</option>"
        for option in options
    )
    return f'\n  <optgroup label="{conditional_escape(name)}">{rows}\n  </optgroup>' if name else rows


def _attrs(attrs):
    return "".join(
        f" {name}" if value is True else f' {name}="{conditional_escape(str(value))}"'
        for name, value in attrs.items()
        if value is not False
    )
