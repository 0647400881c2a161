"""Writes plain fields and the options of a choice without a template each: a filter's agents and locations are
hundreds of them, and they took a third of the time of a page. The markup is Django's own
(tests/config/test_form_renderer.py)."""

from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe

from config.markup import text

SELECT, OPTION = "django/forms/widgets/select.html", "django/forms/widgets/select_option.html"
# Those of Django's inputs whose templates only include that of any input.
INPUTS = {f"django/forms/widgets/{kind}.html" for kind in ("input", "text", "number", "date", "hidden", "email")}


class Renderer(DjangoTemplates):
    """Django's, but for plain inputs and selects. Whatever has templates of its own goes through them."""

    def render(self, template_name, context, request=None):
        if template_name in INPUTS:
            return mark_safe(_input(context["widget"]))  # noqa: S308  (each value in it is escaped where it is put in)
        if template_name == SELECT and _is_plain(context["widget"]):
            return mark_safe(_select(context["widget"]))  # noqa: S308  (as above)
        return super().render(template_name, context, request)


def _is_plain(widget):
    return all(option["template_name"] == OPTION for _, options, _ in widget["optgroups"] for option in options)


def _input(widget):
    value = "" if widget["value"] is None else f' value="{text(str(widget["value"]))}"'
    return f'<input type="{text(widget["type"])}" name="{text(widget["name"])}"{value}{_attrs(widget["attrs"])}>'


def _select(widget):
    groups = "".join(_group(name, options) for name, options, _ in widget["optgroups"])
    return f'<select name="{text(widget["name"])}"{_attrs(widget["attrs"])}>{groups}\n</select>'


def _group(name, options):
    rows = "".join(
        f'\n  <option value="{text(str(option["value"]))}"{_attrs(option["attrs"])}>{text(option["label"])}</option>'
        for option in options
    )
    return f'\n  <optgroup label="{text(name)}">{rows}\n  </optgroup>' if name else rows


def _attrs(attrs):
    return "".join(
        f" {name}" if value is True else f' {name}="{text(str(value))}"'
        for name, value in attrs.items()
        if value is not False
    )
