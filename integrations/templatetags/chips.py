"""How a delivery stands, for templates."""

from django import template

from integrations import chips

register = template.Library()


@register.simple_tag
def chip_of(delivery):
    """The Chip of a delivery with its attempts."""
    return chips.of(delivery)
