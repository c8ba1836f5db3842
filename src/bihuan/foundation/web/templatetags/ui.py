"""Template tags of the interface, available in every template."""

from django import template

register = template.Library()
