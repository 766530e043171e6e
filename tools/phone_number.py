"""Telephone numbers as people write them, made one number that the whole world can call."""

import phonenumbers

from tenants.tenant import Tenant


def phone_number(text: str, tenant: Tenant) -> str:
    """Return a number in E.164 if it can be one in the company's country or names its own, else nothing."""
    try:
        number = phonenumbers.parse(text, tenant.country)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
