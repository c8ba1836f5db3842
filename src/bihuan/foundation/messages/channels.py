"""Outside channels (外发渠道) through Apprise: e-mail, SMS gateways, WeCom, DingTalk, whatever Apprise speaks.

BIHUAN_NOTIFY_CHANNELS holds comma-separated `name=address`; `{email}` or `{phone}` in the address is the person's.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

import apprise
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from bihuan.foundation.accounts.models import User


@dataclass(frozen=True)
class Channel:
    """One configured channel."""

    name: str
    address: str

    def address_for(self, user: User) -> str | None:
        """The address for this person; None where what it needs (e-mail, phone) is not known."""
        if ("{email}" in self.address and not user.email) or ("{phone}" in self.address and not user.phone):
            return None
        return self.address.replace("{email}", quote(user.email, safe="@")).replace("{phone}", quote(user.phone))


def channels() -> list[Channel]:
    """All configured channels; one that is not personal is refused, it would send everybody's messages to all."""
    found = []
    for item in settings.NOTIFY_CHANNELS:
        name, _, address = item.partition("=")
        if not address or not ("{email}" in address or "{phone}" in address):
            raise ImproperlyConfigured(f"BIHUAN_NOTIFY_CHANNELS: {name!r} must be name=address with {{email}} or {{phone}}")
        found.append(Channel(name.strip(), address.strip()))
    return found


def send(address: str, title: str, body: str) -> bool:
    """Send one message; whether the channel took it."""
    post = apprise.Apprise()
    return bool(post.add(address)) and bool(post.notify(title=title, body=body or title))
