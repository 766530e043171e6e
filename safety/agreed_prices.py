"""Whether a sentence grants a price that only the patient named, without saying how much it is."""

import re

from safety.amounts import amounts_in
from safety.known import Known

_PRICE = r"(?:precio|valor|monto|tarifa|costo|cifra|cotizacion|preco|orcamento|price|amount|rate|quote|figure)"
_THAT = r"(?:es[et]e?|ess[ae]|esa|esta|aquel|dicho|el mismo|o mesmo|that|this|your|the same)"
_SAID = (
    r"que (?:usted |ud |tu |voce |le |te |lhe )*(?:di[jc]\w+|menci\w+|vi[ou]\w*|viste|dieron|dio|deram|indic\w+"
    r"|cotiz\w+|ofrec\w+|oferec\w+|promet\w+|disse\w*)|(?:that )?(?:you|they|she|he) (?:said|mentioned|saw|quoted|told)|you were (?:told|quoted|given)"
)
_GRANT = (
    r"(?:respet(?:o|amos|aremos)|manten(?:go|emos|dremos)|sosten(?:go|emos)|honramos|dej(?:o|amos)|hag?o|hacemos"
    r"|confirm(?:o|amos|ado)|acept(?:o|amos)|valid(?:o|amos)|aplic(?:o|amos)|respeit(?:o|amos)|mant(?:enho|emos)"
    r"|aceit(?:o|amos)|fazemos|faco|deix(?:o|amos)|(?:ill|well|i|we|can|will) (?:can |will )?(?:gladly )?(?:honou?r|match|keep|confirm|accept|respect|do))"
)
_AGREED = re.compile(
    rf"\b{_GRANT}\b[^.;,\d]{{0,15}}\b(?:{_THAT} {_PRICE}|(?:el|o|the) {_PRICE} (?:{_SAID})|(?:en|a|por|at|for) (?:lo|what) (?:{_SAID}))"
    rf"|\b(?:{_THAT}|el|o|the) {_PRICE} (?:(?:{_SAID}) )?(?:es|esta|e|is|sigue siendo) (?:el |o )?(?:correct\w*|corret\w*|cert[oa]|ciert[oa]|valid\w*|vigente|asi|right|(?:{_SAID}))"
)
_OPEN = re.compile(
    r"\b(?:no|nao|not|cant|cannot|dont|ningun\w*|si (?:le|te|se|es|ese|podemos)|se (?:o|esse|podemos)|whether|if)\b"
)
"""Before it: what is denied, or asked of a person first."""
LATELY = 3  # messages of the patient's in which a price may stand


def grants_unsaid(known: Known, sentence: str) -> bool:
    """Say whether a folded sentence agrees to an amount that the patient wrote and the data has not."""
    found = _AGREED.search(sentence)
    if not found or _OPEN.search(sentence[: found.start()]):
        return False
    named = (one for said in known.said[-LATELY:] for one in amounts_in(said))
    return any(not known.standing(one) for one in named)
