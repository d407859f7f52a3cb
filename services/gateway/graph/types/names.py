"""Names of States in the six official languages of the United Nations, from the Unicode locale data (CLDR)."""

from __future__ import annotations

from enum import Enum
from functools import cache

import strawberry
from babel import Locale
from babel.core import get_global


@strawberry.enum(description="An official language of the United Nations, by ISO 639-1.")
class Language(Enum):
    """The six languages."""

    ar = strawberry.enum_value("ar", description="Arabic.")
    zh = strawberry.enum_value("zh", description="Chinese, in simplified characters.")
    en = strawberry.enum_value("en", description="English.")
    fr = strawberry.enum_value("fr", description="French.")
    ru = strawberry.enum_value("ru", description="Russian.")
    es = strawberry.enum_value("es", description="Spanish.")


@strawberry.enum(description="Who gives a name.")
class NameSource(Enum):
    """Whose label it is."""

    CLDR = strawberry.enum_value(
        "CLDR", description="The Unicode Common Locale Data Repository: what software calls it, no official name."
    )


@strawberry.type(description="A name of a State in one language: a label to show, never an identity.")
class LocalName:
    """A name beside the UN short name."""

    language: Language = strawberry.field(description="The language of the name.")
    name: str = strawberry.field(description="The name.")
    source: NameSource = strawberry.field(description="Who gives the name.")


@cache
def local_names(iso3: str) -> tuple[LocalName, ...]:
    """The names of one of the 197 States in the six languages. KeyError for a code CLDR does not know."""
    (alpha2,) = get_global("territory_aliases")[iso3]
    return tuple(
        LocalName(language=one, name=Locale(one.name).territories[alpha2], source=NameSource.CLDR) for one in Language
    )
