"""Themes: what support is about. A catalogue in data, open to others later [4.4]."""

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, ShortText


class Theme(Base):
    __tablename__ = "themes"

    code: Mapped[ShortText] = mapped_column(primary_key=True)
    name: Mapped[ShortText]
    active: Mapped[bool] = mapped_column(default=True)
