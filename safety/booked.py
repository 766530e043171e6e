"""Claims that something was booked, moved or cancelled: true only when a tool did it."""

import re

from safety.known import Known

_THING = r"(?:(?:su|tu|la|el|your|the|sua|a) )?(?:cita|turno|reserva|hora|cupo|espacio|appointment|visit|booking|consulta|horario)"
_DONE = r"(?:agendad|reservad|confirmad|programad|separad|apartad|asegurad|list|booked|scheduled|confirmed|reserved|all set|set)"
_BOOKED = re.compile(
    rf"\b{_THING}\b[^.;?]{{0,40}}\b(?:quedo|queda|esta|ha sido|fue|is|was|has been|foi|ficou)\s+(?:ya |now |all )?{_DONE}"
    rf"|\b(?:quedo|ha sido|foi|ficou)\s+(?:ya )?(?:agendad|reservad|confirmad|programad|separad|apartad|marcad)\w*"
    rf"|\b(?:quedo|queda|esta|ha sido)\s+(?:ya )?{_DONE}\w* (?:su|tu|la) (?:cita|reserva|hora)\b"
    r"|\b(?:le |te |lo |la |les )(?:agende|reserve|programe|separe|aparte|confirme)\b|\bya (?:agende|reserve|programe|separe|aparte)\b"
    r"|\b(?:ja )?(?:agendei|reservei|marquei)\b|\bsua consulta (?:foi|esta|ficou)"
    r"|\b(?:ive|i have|weve|we have|i)\s+(?:now |just |already |gone ahead and )?(?:booked|scheduled|reserved|confirmed)\b|\byou(?:re| are) (?:all set|booked|scheduled|confirmed)\b"
    r"|\b(?:l[ea] he|he) (?:agendado|reservado|programado|separado|confirmado)\b"
)
_MOVED = re.compile(
    rf"\b(?:cambie|movi|reprograme|reagende|reagendei|remarquei)\b|\b{_THING}\b[^.;?]{{0,40}}\b(?:quedo|ha sido|fue|has been|was|foi)\s+(?:cambiad|reprogramad|movid|moved|rescheduled|remarcad)"
    r"|\b(?:ive|i have|weve|i)\s+(?:now |just |already )?(?:moved|rescheduled|changed)\b|\bhe (?:cambiado|movido|reprogramado)\b"
)
_CANCELLED = re.compile(
    rf"\b(?:le |la |ya )(?:cancele|anule)\b|\b{_THING}\b[^.;?]{{0,40}}\b(?:quedo|queda|esta|ha sido|fue|is|has been|was|foi|ficou)\s+(?:ya |now )?(?:cancelad|anulad|cancel+ed)"
    r"|\b(?:ive|i have|weve|i)\s+(?:now |just |already )?cancel+ed\b|\b(?:ya )?(?:cancelei|cancele)\b|\bhe (?:cancelado|anulado)\b"
)
_NOT_YET = re.compile(
    r"\b(?:si|cuando|una vez|apenas|para que|hasta que|aun|todavia|no|not|when|once|if|until|yet|nao|quando|assim que|se)\b[^.;]{0,60}$"
)
_TOOL_BOOKED = re.compile(r"^booked\b|appointment_id|^- when:")
_TOOL_HELD = re.compile(r"\bheld\b|^booked\b|appointment_id|^- when:")
_TOOL_MOVED = re.compile(r"^moved\b")
_TOOL_CANCELLED = re.compile(r"^cancel+ed\b")
_HOLDING = re.compile(r"\b(?:reserv|separ|apart|asegur)")


def wrong_booking(known: Known, sentence: str) -> bool:
    """Say whether a folded sentence tells of an act that neither a tool nor an earlier answer tells of."""
    if known.acted:
        return False
    return (
        _claimed(known, sentence, _CANCELLED, _TOOL_CANCELLED)
        or _claimed(known, sentence, _MOVED, _TOOL_MOVED)
        or _claimed(known, sentence, _BOOKED, _TOOL_BOOKED)
    )


def _claimed(known: Known, sentence: str, claim: re.Pattern[str], told: re.Pattern[str]) -> bool:
    at = claim.search(sentence)
    if at is None or "?" in sentence or _NOT_YET.search(sentence[: at.start()]):
        return False
    if claim is _BOOKED and _HOLDING.search(at.group()):
        told = _TOOL_HELD
    return not any(told.search(row.text) or claim.search(row.text) for row in known.told)
