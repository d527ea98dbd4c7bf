"""Claimed messages as they go over the wire: the links' addresses, the rendered words, the bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import TYPE_CHECKING

import sqlalchemy as sa
from jinja2 import TemplateError
from pydantic import ValidationError
from sqlalchemy.orm import Session

from casework import links
from casework.outbox import Claimed
from config.settings import Settings
from mail.catalogue import DRAFTS, context_of, links_in, with_links
from mail.message import Envelope, build, wire_address
from mail.rendering import render
from mail.return_addresses import return_address
from mail.smtp import Parcel
from models.links import Link
from rules.errors import Refused

if TYPE_CHECKING:
    from mail.dkim import Signer


@dataclass(frozen=True, slots=True)
class Unmade:
    """A message that cannot be made, and why: the kind of error only, since its text may hold what a person wrote."""

    id: int
    said: str


class Maker:
    """Makes parcels; what is the same for every message is worked out once."""

    def __init__(self, found: Settings) -> None:
        self._base_url = found.base_url
        self._bounce_domain = found.bounce_domain
        self._reply_to = found.reply_to
        self._key = found.link_key()
        self._sender_name, self._sender = parseaddr(found.mail_from)
        self._local = self._sender.partition("@")[0]
        self._signer = _signer_of(found)

    def addresses(self, session: Session, messages: Sequence[Claimed]) -> dict[str, str]:
        """The address of each link that these messages name."""
        ids = sorted({int(one.removeprefix("link:")) for message in messages for one in links_in(message.context)})
        if not ids:
            return {}
        rows = session.execute(
            sa.select(Link.id, Link.purpose, Link.nonce, Link.token_sha256, Link.expires_on).where(Link.id.in_(ids))
        )
        return {f"link:{row.id}": links.url(row, self._base_url, self._key) for row in rows}

    def make(
        self, messages: Sequence[Claimed], addresses: dict[str, str], now: datetime
    ) -> tuple[list[Parcel], list[Unmade]]:
        """The messages' parcels; one that cannot be made fails alone, and holds up nobody else's."""
        made: list[Parcel] = []
        unmade: list[Unmade] = []
        for message in messages:
            try:
                made.append(self._parcel(message, addresses, now))
            except (TemplateError, ValidationError, Refused, KeyError, ValueError) as error:
                unmade.append(Unmade(message.id, f"render: it cannot be made ({type(error).__name__})."))
        return made, unmade

    def _parcel(self, message: Claimed, addresses: dict[str, str], now: datetime) -> Parcel:
        if message.template in DRAFTS:
            raise Refused(f"{message.template} is a draft: a person sends it.")
        context = context_of(message.template, with_links(message.context, addresses))
        references = f"<case.{message.commission_id}@{self._bounce_domain}>" if message.commission_id else ""
        envelope = Envelope(
            header_id=message.header_id,
            sender=self._sender,
            sender_name=self._sender_name,
            recipient=message.recipient,
            recipient_name=message.recipient_name,
            reply_to=self._reply_to,
            date=now,
            references=references,
            unsubscribe=getattr(context, "unsubscribe_url", ""),  # a subscription's alone
        )
        data = build(render(context), envelope)
        if self._signer is not None:
            data = self._signer.sign(data, now)
        bounce_to = return_address(message.id, local=self._local, domain=self._bounce_domain, key=self._key)
        return Parcel(message.id, bounce_to, wire_address(message.recipient), data)


def _signer_of(found: Settings) -> "Signer | None":
    """The signer, where one is set up: what it signs with takes 7 MB to load."""
    if not found.dkim_domain and found.dkim_key is None:
        return None
    from mail.dkim import Signer

    return Signer.read(found.dkim_domain, found.dkim_selector, found.dkim_key)
