"""A treatment's price as the company's country writes it."""

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency

from tenants.offer import Treatment
from tenants.tenant import Language, Tenant

FROM: dict[Language, str] = {"es": "desde", "en": "from", "pt": "a partir de"}


def price_text(tenant: Tenant, treatment: Treatment, language: Language) -> str:
    """Return `$ 450.000`, `desde $ 900.000` or, when it is valued in person, nothing."""
    if treatment.price is None:
        return ""
    whole = treatment.price == treatment.price.to_integral_value()
    digits = "#,##0" if whole else "#,##0.00"
    # In English the sign touches the number.
    sign = "¤" if tenant.language == "en" else "¤ "
    amount = format_currency(
        treatment.price,
        tenant.currency,
        format=f"{sign}{digits}",
        locale=_locale(tenant),
        currency_digits=False,
    )
    return f"{FROM[language]} {amount}" if treatment.price_from else amount


def _locale(tenant: Tenant) -> Locale:
    """Return the locale of the company's country: it decides what the dot in 1.000 means."""
    try:
        return Locale.parse(f"und_{tenant.country}")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(tenant.language)
