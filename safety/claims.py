"""Claims that a reply may not make on its own: a diagnosis, a dose, a promotion, a look behind the curtain."""

import re

_CONDITIONS = (
    r"(?:infeccion|infectad[oa]|necrosis|oclusion|obstruccion vascular|alergia|alergic[oa]|reaccion alergica"
    r"|celulitis infecciosa|absceso|trombosis|trombo|embolia|coagulo|edema|rosacea|melasma|dermatitis"
    r"|cancer|carcinoma|melanoma|hematoma|seroma|fibrosis|granuloma|herpes|foliculitis|psoriasis"
    r"|hongos|micosis|paralisis facial|ptosis|blefaroptosis|bruxismo|caries|gingivitis|periodontitis"
    r"|pulpitis|alveolitis|alveolitis seca|fractura|anemia|diabetes|hipertension|infarto|neumonia"
    r"|isquemia|quemadura de (?:primer|segundo|tercer) grado|sepsis|nada grave|nada malo|ningun problema"
    r"|infection|infected|necrotic|occlusion|blockage|allergy|allergic reaction|abscess|thrombosis"
    r"|blood clot|clot|embolism|rosacea|skin cancer|melasma|fungus|shingles|cavity|dry socket"
    r"|fracture|stroke|heart attack|nothing serious|nothing to worry about"
    r"|infeccao|infeccionad[oa]|inflamacao|necrose|oclusao|obstrucao vascular|reacao alergica|trombose|dermatite|foliculite|psoriase"
    r"|micose|paralisia facial|carie|gengivite|fratura|hipertensao|avc|derrame|nada demais|nenhum problema)"
)
_GAP = (
    r"(?:\s+(?:un|una|unos|unas|el|la|los|las|su|de|tipo|posible|posiblemente|probable|probablemente|leve|pequena"
    r"|pequeno|clara|claro|tipica|tipico|inicio|principio|signos|senales|sintomas|cuadro|como|muy|solo|simple|simplemente"
    r"|uma?|uns|umas|possivel|possivelmente|provavel|provavelmente|sinal|sinais|quadro|apenas|so"
    r"|mild|severe|possible|probably|likely|a|an|the|some|of|sign|signs|case|slight|clearly|definitely|just|only|serious|minor)){0,5}"
)
_DIAGNOSIS = re.compile(
    r"(?:\b(?:tiene|tienes|tenes|presenta|presentas|padece|padeces|sufre|sufres|desarrollo|hizo|le dio|te dio|esta teniendo|estas teniendo"
    r"|es|son|parece|parecen|pareceria|seria|podria ser|puede ser|debe ser|se trata|suena|indica|indican|corresponde|corresponden|significa|sugiere|esta|estas"
    r"|voce tem|voce esta com|esta com|tem|isso e|isto e|e uma?|parece ser|pode ser|deve ser|trata-se de|sugere\w*"
    r"|you have|youve got|you got|you are having|youre having|you are|it is|its|thats|this is|that is|looks like|look like|sounds like|sound like"
    r"|seems|seems like|appears|appears to be|could be|might be|may be|must be|means|indicates|suggests|there is|it looks)"
    rf"(?:\s+(?:a|to be|que tiene|que es|que tienes))?{_GAP}\s+{_CONDITIONS}\b)"
)
_CONDITIONAL = re.compile(
    r"\b(?:si|cuando|en caso|quien|quienes|pacientes|personas|aunque|antes de|riesgo|evitar|prevenir|contraindic\w+"
    r"|complicacion\w*|efectos|tratamos|manejamos|para tratar|if|when|patients|people|in case|se (?:voce|houver|tiver|ficar|aparecer|for|o|a)|quando|pacientes|pessoas|caso (?:haja|tenha|apareca|voce)|complicac\w+|risk|avoid|prevent|treat|who have|anyone|unless)\b"
)
_DRUGS = (
    r"(?:acetaminofen|paracetamol|ibuprofeno|naproxeno|diclofenaco|dipirona|metamizol|aspirina|tramadol|codeina|ketorolaco"
    r"|amoxicilina|cefalexina|clindamicina|azitromicina|ciprofloxacina|doxiciclina|antibiotico|antibioticos|antihistaminico"
    r"|loratadina|cetirizina|difenhidramina|prednisona|prednisolona|dexametasona|corticoide|betametasona|hidrocortisona|aciclovir|valaciclovir"
    r"|omeprazol|diazepam|lorazepam|clonazepam|lidocaina|epinefrina|adrenalina|hialuronidasa|tretinoina|isotretinoina|minoxidil|finasteride"
    r"|acetaminophen|ibuprofen|naproxen|tylenol|advil|aspirin|amoxicillin|antibiotics?|antihistamine|benadryl|prednisone|hydrocortisone|steroids?|epinephrine|codeine"
    r"|novalgina|nimesulida|amoxicilina|azitromicina|anti-inflamatorio|dexametasona|tylenol)"
)
_NAMED = re.compile(rf"\b(?:{_CONDITIONS}|{_DRUGS})\b")
_TAKING = (
    r"(?:tome|tomese|toma|tomate|tomar|tomarse|ingiera|ingerir|administre|administrar|inyecte|inyectese|aplique|apliquese"
    r"|puede usar|use|usar|consuma|consumir|comience|inicie|recomendo|passe|passar|recomiendo|recomendamos|sugiero|take|taking|apply|start|inject|recommend|suggest)"
)
_QUANTITY = (
    r"(?:\d+(?:[.,]\d+)?|un|una|dos|tres|cuatro|media|medio|one|two|three|half|dois|duas|meio|meia)\s*(?:mg|miligramos|mcg|g|gr|gramos|ml|mililitros|cc|gotas|comprimidos?|ampolas?|colheres?"
    r"|tabletas?|pastillas?|comprimidos?|capsulas?|ampollas?|grageas?|sobres?|puffs?|ui|cucharadas?|tablets?|pills?|capsules?|drops|milligrams|grams)\b"
)
_DOSE = re.compile(
    rf"\b{_TAKING}\b[^.;]{{0,40}}?\b{_QUANTITY}(?!\s*(?:de\s+)?(?:agua|water))"
    rf"|\b{_DRUGS}\b[^.;]{{0,30}}?\b{_QUANTITY}|\b{_QUANTITY}\s*(?:de\s+|of\s+)?{_DRUGS}\b"
    rf"|\b{_TAKING}\b[^.;]{{0,25}}?\b{_DRUGS}\b"
    rf"|\b{_DRUGS}\b[^.;]{{0,25}}?\b(?:cada|every)\s+\d+"
)
_NOT_TAKING = re.compile(
    r"\b(?:no|evite|evitar|suspenda|suspender|sin|nao|nunca|sem|never|dont|do not|avoid|stop|nunca|deje de|abstengase)\b"
)
_PROMOTION = re.compile(
    r"\b(?:promo\w*|descuento\w*|oferta\w*|rebaja\w*|desconto\w*|brinde\w*|cortesia|sem custo|metade do preco|dois por um|2\s?x\s?1|3\s?x\s?2|cupon\w*|gratis|gratuit\w+|dos por uno|mitad de(?:l)? precio|\d++\s?% (?:menos|off)\b|sin costo|de cortesia|obsequio\w*|regal[oa]\w*|cashback"
    r"|discount\w*|special offer|special price|on sale|coupon\w*|voucher\w*|for free|two for one|half (?:price|off)|free of charge|complimentary|free)\b"
)
_PERCENT = re.compile(r"(?<!\d)(\d++(?:[.,]\d++)?)\s*+(?:%|por ciento|por cento|percent)")
_DENIED_OFFER = re.compile(
    r"\b(?:no|ningun\w*|sin|nao|nenhum\w*|sem|not|dont|do not|arent|isnt)\b[^.;]{0,40}\b(?:promo|descuent|descont|ofert|discount|offer|gratis|free)"
    r"|\b(?:pregunt|consult|confirm|averigu|verific|check|ask)\w*"
)
_FREE_FORM = re.compile(
    r"\b(?:libre|feel free|free to|free slots?|free times?|are you free|is free|regalas?|me regala|regaleme|con gusto)\b"
)
_LEAK = re.compile(
    r"system prompt|system message|prompt del sistema|instrucciones (?:del sistema|internas)|mis instrucciones"
    r"|my instructions|as an ai|modelo de lenguaje|language model|tool_call|toolmessage|systemmessage|function call"
    r"|slot_id|chunk_id|treatment_id|appointment_id|company_id|hold_slot|find_slots|book_appointment|search_knowledge|list_treatments"
    r"|hand_to_human|\$\{?(?:company|number|steps|clinic)|\{\{|\{%|<\||```|briefing|\bjson\b|traceback"
)


def states_diagnosis(folded: str) -> bool:
    """Say whether a folded sentence tells the patient what they have (or surely have not)."""
    if "?" in folded or _CONDITIONAL.search(folded):
        return False
    return bool(_DIAGNOSIS.search(folded))


def names_condition(folded: str) -> bool:
    """Say whether a folded sentence names a disease or a medicine at all, however carefully."""
    return bool(_NAMED.search(folded))


def doses_in(folded: str) -> list[str]:
    """Return the orders to take a medicine that a folded sentence gives; leaving one off is no dose."""
    found = [at.group() for at in _DOSE.finditer(folded)]
    if found and _NOT_TAKING.search(folded) and not re.search(_QUANTITY, folded):
        return []
    return found


def promotion_words(folded: str) -> list[str]:
    """Return the words by which a folded sentence promises something cheaper."""
    if _DENIED_OFFER.search(folded):
        return []
    return [at.group() for at in _PROMOTION.finditer(_FREE_FORM.sub(" ", folded))]


def percents_in(folded: str) -> set[str]:
    """Return the percentages of a folded text, comma or point alike."""
    return {number.replace(",", ".") for number in _PERCENT.findall(folded)}


def leaks(folded: str) -> bool:
    """Say whether a folded sentence shows what patients never see: prompts, tools, templates."""
    return bool(_LEAK.search(folded))
