"""Claims that a reply may not make on its own: a diagnosis, a dose, a guarantee, a look behind the curtain."""

import re

_CONDITIONS = (
    r"(?:infeccion|infectad[oa]|necrosis|oclusion|obstruccion vascular|alergia|alergic[oa]|reaccion alergica"
    r"|celulitis infecciosa|absceso|trombosis|trombo|embolia|coagulo|edema|rosacea|melasma|dermatitis"
    r"|cancer|carcinoma|melanoma|hematoma|seroma|fibrosis|granuloma|herpes|foliculitis|psoriasis"
    r"|hongos|micosis|paralisis facial|ptosis|blefaroptosis|bruxismo|caries|gingivitis|periodontitis"
    r"|pulpitis|alveolitis|alveolitis seca|fractura|anemia|diabetes|hipertension|infarto|neumonia"
    r"|\w{4,}itis|\w{4,}osis|isquemia|migrana|celulitis|orzuelo|quemaduras?|alopecia|calvicie|burns?|sepsis|nada grave|nada malo|ningun problema"
    r"|migraine|hematoma|infection|infected|necrotic|occlusion|blockage|allergy|allergic reaction|abscess|thrombosis"
    r"|blood clot|clot|embolism|rosacea|skin cancer|melasma|fungus|shingles|cavity|dry socket"
    r"|fracture|stroke|heart attack|nothing serious|nothing to worry about"
    r"|infeccao|infeccionad[oa]|inflamacao|necrose|oclusao|obstrucao vascular|reacao alergica|trombose|dermatite|foliculite|psoriase"
    r"|micose|paralisia facial|carie|gengivite|fratura|hipertensao|avc|derrame|nada demais|nenhum problema)"
)
_GAP = (
    r"(?:\s+(?:un|una|unos|unas|el|la|los|las|su|de|tipo|posible|posiblemente|probable|probablemente|leve|pequena"
    r"|pequeno|clara|claro|tipica|tipico|inicio|principio|signos|senales|sintomas|cuadro|como|muy|solo|simple|simplemente|normal|comun|tipo|vascular|reaccion"
    r"|uma?|uns|umas|possivel|possivelmente|provavel|provavelmente|sinal|sinais|quadro|apenas|so"
    r"|mild|severe|possible|probably|likely|a|an|the|some|of|sign|signs|case|slight|clearly|definitely|just|only|serious|minor|normal|common|typical|small|bit)){0,5}"
)
_DIAGNOSIS = re.compile(
    r"(?:\b(?:tiene|tienes|tenes|presenta|presentas|padece|padeces|sufre|sufres|desarroll\w+|formando|formo|hizo|le dio|te dio|esta teniendo|estas teniendo"
    r"|es|son|parece|parecen|pareceria|seria|podria ser|puede ser|debe ser|se trata|suena|indica|indican|corresponde|corresponden|significa|sugiere|esta|estas|se llama|se conoce como|is called"
    r"|voce tem|voce esta com|esta com|tem|isso e|isto e|e uma?|parece ser|pode ser|deve ser|trata-se de|sugere\w*"
    r"|you have|youve got|you got|you are having|youre having|you are|it is|its|thats|this is|that is|looks like|look like|sounds like|sound like"
    r"|seems|seems like|appears|appears to be|could be|might be|may be|must be|means|indicates|suggests|there is|it looks)"
    rf"(?:\s+(?:a|to be|que tiene|que es|que tienes))?{_GAP}\s+{_CONDITIONS}\b)"
    r"|\b(?:nothing serious|nothing to worry about|nada grave|nada malo|nada demais)\b"
    r"|\bse (?:le |te |lo )?(?:infect|necros|encapsul|trombos)\w+"
    rf"|\bque (?:usted )?(?:tiene|tienes) es\b[^.;]{0, 40}\b(?:{_CONDITIONS}|inflamacion|reaccion)\b"
)
_CONDITIONAL = re.compile(
    r"\b(?:si(?!\s*[,.;:!])|cuando|en caso|quien|quienes|pacientes|personas|aunque|antes de|riesgo|evitar|prevenir|contraindic\w+"
    r"|complicacion\w*|efectos|tratamos|manejamos|para tratar|if|when|patients|people|in case|se (?:voce|houver|tiver|ficar|aparecer|for|o|a)|quando|pacientes|pessoas|caso (?:haja|tenha|apareca|voce)|complicac\w+|risk|avoid|prevent|treat|who have|anyone|unless)\b"
)
_DRUGS = (
    r"(?:acetaminofen|paracetamol|ibuprofeno|naproxeno|diclofenaco|dipirona|metamizol|aspirina|tramadol|codeina|ketorolaco"
    r"|amoxicilina|cefalexina|clindamicina|azitromicina|ciprofloxacina|doxiciclina|antibiotico|antibioticos|antihistaminico"
    r"|loratadina|cetirizina|difenhidramina|prednisona|prednisolona|dexametasona|corticoide|betametasona|hidrocortisona|aciclovir|valaciclovir"
    r"|omeprazol|diazepam|lorazepam|clonazepam|lidocaina|epinefrina|adrenalina|hialuronidasa|tretinoina|isotretinoina|minoxidil|finasteride"
    r"|acetaminophen|ibuprofen|naproxen|tylenol|advil|aspirin|amoxicillin|antibiotics?|antihistamine|benadryl|prednisone|hydrocortisone|steroids?|epinephrine|codeine"
    r"|novalgina|dolex|apronax|nimesulide|timolol|meloxicam|ketorolac|claritin|aleve|motrin|excedrin|buscapina|voltaren|mupirocina|fucidin|aspirineta|nimesulida|amoxicilina|azitromicina|anti-inflamatorio|dexametasona|tylenol)"
)
_NAMED = re.compile(rf"\b(?:{_CONDITIONS}|{_DRUGS})\b")
_TAKING = (
    r"(?:enjuag\w+|aplicarse|aplicarselo|inyectarse|ponerse|debe (?:tomar|usar)|tome|tomese|pongase|ponga|pongale|echese|untese|con una?|with an?|com uma?|haga|try|toma|tomate|tomar|tomarse|ingiera|ingerir|administre|administrar|inyecte|inyectese|aplique|apliquese"
    r"|puede usar|use|usar|consuma|consumir|comience|inicie|recomendo|passe|passar|recomiendo|recomendamos|sugiero|take|taking|apply|start|inject|recommend|suggest)"
)
_QUANTITY = (
    r"(?:\d+(?:[.,]\d+)?|un|una|dos|tres|cuatro|media|medio|one|two|three|half|dois|duas|meio|meia)\s*(?:mg|miligramos|mcg|g|gr|gramos|ml|mililitros|cc|gotas?|comprimidos?|ampolas?|colheres?"
    r"|tabletas?|pastillas?|comprimidos?|capsulas?|ampollas?|grageas?|sobres?|puffs?|ui|cucharadas?|tablets?|pills?|capsules?|drops|milligrams|grams)\b"
)
_HARMLESS = r"protector|bloqueador|filtro solar|sunscreen|protetor|frio|hielo|gelo|ice\b|compres|agua|water|hidratante|humectante|moisturi"
_DOSE = re.compile(
    rf"\b{_TAKING}\b[^.;]{{0,40}}?\b{_QUANTITY}(?!\s*(?:de\s+)?(?:agua(?! oxigenada)|water))"
    rf"|\b{_DRUGS}\b[^.;]{{0,30}}?\b{_QUANTITY}|\b{_QUANTITY}\s*(?:de\s+|of\s+)?{_DRUGS}\b"
    rf"|\b{_TAKING}\b[^.;]{{0,25}}?\b{_DRUGS}\b|\b(?:dosis|doses?) (?:de|of) {_DRUGS}\b"
    rf"|\b{_DRUGS}\b[^.;]{{0,25}}?\b(?:cada|every)\s+\d+"
    rf"|\b{_TAKING}\b(?:(?!{_HARMLESS})[^.;]){{0,40}}?\b(?:cada|every|a cada)\s+(?:\d+|[a-z]{{3,6}})\s+(?:horas|hours)\b"
)
_CLAUSE = re.compile(r"[,;:.]|\b(?:y|pero|and|but|e|mas)\b")
_NOT_TAKING = re.compile(
    r"\b(?:no|evite|evitar|suspenda|suspender|sin|nao|nunca|sem|never|dont|do not|avoid|stop|nunca|deje de|abstengase)\b"
)
_PERCENT = re.compile(r"(?<!\d)(\d++(?:[.,]\d++)?)\s*+(?:%|por ciento|por cento|percent)")
_GUARANTEE = re.compile(
    r"\b(?:garantiz\w+|garantid\w+|garantim\w+|guarantee\w*)\b"
    r"|\b100\s?% (?:segur|efectiv|eficaz|efectiv|eficaz|natural|safe|effective|painless|sin dolor|indolor|libre de)\w*"
    r"|\b(?:totalmente|completamente|absolutamente|completely|totally|perfectly) (?:segur[oa]s?|safe|indolor[oa]?|painless|sin (?:riesgo|dolor)s?)"
    r"|\b(?:sin|cero|ningun|sem|nenhum|no|zero|without(?: any)?) (?:ningun |nenhum |any )?(?:riesgos?|efectos secundarios|risks?|side effects|riscos?|efeitos colaterais)\b"
    r"|\bno duele nada\b|\bnao doi nada\b|\bpainless\b|\bindolor[oa]?\b"
    r"|\b(?:se lo|te lo|le|te) (?:prometo|aseguro)\b|\bi promise\b|\beu prometo\b"
    r"|\bpara siempre\b|\blasts? forever\b|\bresultados? (?:es |son )?(?:permanentes?|definitivos?)\b|\bpermanent results?\b"
    r"|\b(?:va a quedar|quedara|le queda|quedas|vai ficar) (?:perfect|espectacular|divin|igual|como (?:en )?(?:la|nuev))\w*"
    r"|\b(?:devolv\w+|devuelv\w+|reembols\w+|refund\w*)\b[^.;]{0,20}\b(?:dinero|plata|money|dinheiro)\b|\bmoney.back\b"
)
_WARRANTY = re.compile(r"\b(?:garantias?|warrant\w+)\b")
_TERM = re.compile(
    r"\b(?:de por vida|toda la vida|lifetime|vitalici[ao])\b|\b(?:[a-z]{2,9}|\d{1,2}) (?:anos?|meses|mes|dias|years?|months?|days)\b"
)
_MODEST = re.compile(
    r"\b(?:no|nao|not|cannot|cant|dont|nunca|never|sin|ningun\w*|nenhum\w*)\b[^.;,]{0,30}\b(?:garant\w+|guarant\w+|promet\w+|promis\w+|asegur\w+)"
    r"|\b(?:ningun\w*|no existe\w*|nenhum\w*|no|todo\w*|every|all|any)\b[^.;,]{0,6}\b(?:procedimient\w+|tratamient\w+|treatments?|procedures?)\b"
)
_PERSON = r"(?:personas?|asesor\w*|human[oa]?|companer[oa]|colega|person|someone|somebody|colleague|pessoa|atendente|alguem|alguien)"
_TEAM = r"(?:equipo|team|equipe|staff)"
_CALLED = re.compile(
    rf"\b(?:ya |he |acabo de |voy a )(?:le |les |lo |la )?(?:avis|ped|inform|notific|comuni|pas|transf|escal|solicit)\w+\b[^.;?]{{0,40}}\b(?:{_PERSON}|{_TEAM})\b"
    rf"|\b(?:le|lo|la|te) (?:paso|transfiero|comunico|dejo en manos)\b[^.;?]{{0,20}}\b{_PERSON}\b"
    rf"|\b{_PERSON}\b[^.;?]{{0,40}}\b(?:(?:le|lo|la|te|se) )?(?:escribira|contactara|respondera|llamara|comunicara|continuara|confirmara)\b"
    rf"|\b(?:ive|i have|i just|ill|i will|im|i am)\s+(?:now |already )?(?:asked|told|notified|alerted|let|informed|passed|passing|transferr\w+|connect\w*|have|ask|notify)\b[^.;?]{{0,40}}\b{_PERSON}\b"
    rf"|\b(?:{_PERSON}|{_TEAM})\b[^.;?]{{0,30}}\bwill (?:be in touch|contact|reply|call|write|reach|get back|continue|answer)"
    rf"|\b{_TEAM}\b[^.;?]{{0,20}}\b(?:le|lo|la|te|se) (?:escribira|contactara|respondera|llamara|comunicara)\b"
    rf"|\b(?:ja )?(?:avisei|pedi|informei|solicitei)\b[^.;?]{{0,40}}\b{_PERSON}\b|\b{_PERSON}\b[^.;?]{{0,30}}\b(?:vai|ira|entrara) (?:falar|responder|escrever|entrar|ligar|continuar|em contato)"
)
_OFFERED = re.compile(
    r"\b(?:si(?!\s*[,.])|if|se (?:voce|quiser|preferir)|cuando|when|quando|quiere|would you|puede|can|could|may|pode|prefiere)\b"
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
    return [at.group() for at in _DOSE.finditer(folded) if not _left_off(folded, at)]


def _left_off(folded: str, order: re.Match[str]) -> bool:
    """Say whether an order to take something is one not to take it."""
    clause = _CLAUSE.split(folded[: order.start()])[-1] + order.group()
    return bool(_NOT_TAKING.search(clause)) and not re.search(_QUANTITY, order.group())


def guarantees(folded: str) -> list[str]:
    """Return what a folded sentence promises of results, risks or money back, as words that data must have."""
    if _MODEST.search(folded):
        return []
    found = [at.group() for at in _GUARANTEE.finditer(folded)]
    if warranty := _WARRANTY.search(folded):
        found += [warranty.group(), *_TERM.findall(folded)]
    return found


def percents_in(folded: str) -> set[str]:
    """Return the percentages of a folded text, comma or point alike."""
    return {number.replace(",", ".") for number in _PERCENT.findall(folded)}


def leaks(folded: str) -> bool:
    """Say whether a folded sentence shows what patients never see: prompts, tools, templates."""
    return bool(_LEAK.search(folded))


def promises_person(folded: str) -> bool:
    """Say whether a folded sentence tells the patient that somebody was asked to write; an offer does not."""
    at = _CALLED.search(folded)
    return at is not None and "?" not in folded and not _OFFERED.search(folded)
