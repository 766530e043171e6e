"""How words become a search that cannot be anything else: folded, listed, counted, never passed raw.

RediSearch reads `|`, `(`, `@`, `*` and more as its language, and 2.10.5 dies of some unions of
stop words. Only `[a-z0-9]+` reaches it here; everything else travels in PARAMS.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import JsonValue

from knowledge.sounds import sound_of

TEXT_LIMIT = 1000  # characters of a question that are looked at
WORDS_LIMIT = 16
MEANT_LIMIT = 8
WORD_LENGTH = 40  # characters; longer is no word
VALUE_LIMIT = 200  # characters of a tag
LABELS_LIMIT = 100  # tags of one document

_WORD = re.compile(r"[a-z0-9]+")

_SPANISH = """
a ahi al algo alguna algunas alguno algunos alla ante antes aqui asi aun aunque bien buenas
buenos cada como con cual cuales cuando cuanta cuantas cuanto cuantos dame dan dar de decir del
deme desde dias dice dicen diga donde dos e el ella ellas ellos en entre era eres es esa esas
ese eso esos esta estan estas este esto estos estoy favor fue gracias gustaria ha hace hacen
hacer hacerme haces hago han hasta hay hice hola ir la las le les lo los manejan mas me mi mis
mismo mucho muy nada necesita necesito ni no noches nos o ofrecen os para pero podria podrian
por porfa porque pregunta puede pueden puedo pues q que queda quedan quien quieren quiero
quisiera quisieramos realizan sabe saber se ser seria si sin sobre solo son soy su sus tambien
tardes te tengo ti tiene tienen trabajan tu tus u un una uno unos usted ustedes va vamos venden
ver voy x xq y ya yo d k m n s t tmb tb pq debo dejar dejarlo dejarla dime
ase asen aser aserme asta boy ke kien kiero kieren komo kon kual kuales kuando kuanta kuantas
kuanto kuantos nesesito nesecito porke
ahora alguien aquel aquella casi cierto cosa cosas cualquier debe deben deber deberia entonces
estaba estan estar existe existen fue fueron hacerlo hacerse haria haya hicieron hizo hubo iba
incluso luego mientras nadie ningun ninguna ninguno nuestra nuestro nunca otra otras otro otros
pasa pasar podemos podre poder pueda puedan querer sea segun sera seria siempre sino sucede tal tan
tanto tener tenga tengan tenia toca toda todas todavia todo todos tras verdad vez veces ay uy pues
"""
_ENGLISH = """
a about am an and any anything are as at be been but by can could did do does for from get give
had has have he hello hey hi how i if in is it its just know like may me might my need of offer
on one or our out please sell she so some something tell than thank thanks that the their them
then there these they this those to too u us want was we were what when where which who why will
with would you your im ive dont cant whats ur pls plz thx don ll re ve
"""
_PORTUGUESE = """
agora ai ainda alguma algum ao aos aqui ate bom boa com da das dela dele do dos ela ele eles em
entao essa esse esta este estou eu faz fazem fica foi gostaria isso isto ja la mais mas me meu
meus minha minhas muito na nao nas nem no nos num numa o obrigada obrigado oi ola onde os ou para
pela pode podem por pra preciso pro qual quais quando quanto quantos que quem queria quero
se sem ser seu seus sim sobre sou sua suas tambem tem tenho ter uma umas uns vai vc vcs voce voces vou
"""
STOP_WORDS = frozenset(f"{_SPANISH}{_ENGLISH}{_PORTUGUESE}".split())


def _chat_words(path: Path) -> dict[str, tuple[str, ...]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = [line.split("=") for line in lines if "=" in line and not line.startswith("#")]
    return {said: tuple(meant.split()) for left, meant in pairs for said in left.split()}


CHAT_WORDS = _chat_words(Path(__file__).parent / "chat_words.txt")
"""What documents say instead of a word of the chat."""
_CHAT_SOUNDS = {sound_of(said): meant for said, meant in CHAT_WORDS.items()}

Group = tuple[str, Sequence[str]]
"""A phrase, and phrases that say the same."""


class Filter(NamedTuple):
    """A part of a query and what it reads from PARAMS."""

    clause: str
    params: dict[str, str]


def fold(text: str) -> str:
    """Return the text's words in lower case, without accents and signs, one space between.

    The same is done to documents and to questions: `¿Cuánto?` is `cuanto`, `AÑO` is `ano`.
    """
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return " ".join(_WORD.findall(bare.lower()))


def words_of(question: str) -> tuple[str, ...]:
    """Return the words worth searching for, each once, in order, a bounded number."""
    words = dict.fromkeys(fold(question[:TEXT_LIMIT]).split())
    wanted = [word for word in words if word not in STOP_WORDS and len(word) <= WORD_LENGTH]
    return tuple(wanted[:WORDS_LIMIT])


def meant_by(question: str, groups: Iterable[Group] = ()) -> tuple[str, ...]:
    """Return further words to search for: what chat words stand for, and the company's `groups`.

    A group's phrase is folded and matches as whole words.
    """
    folded = fold(question[:TEXT_LIMIT])
    said = folded.split()
    meant = [word for one in said for word in _CHAT_SOUNDS.get(sound_of(one), ())]
    for phrase, others in groups:
        if f" {phrase} " in f" {folded} ":
            meant += [word for other in others for word in words_of(other)]
    return tuple(word for word in dict.fromkeys(meant) if word not in said)[:MEANT_LIMIT]


def any_of(words: Sequence[str]) -> str:
    """Return the query that matches any of the words; they must come from `words_of`."""
    return f"@folded:({'|'.join(words)})"


def tag(value: str) -> str:
    """Return a value as it is stored in a tag: no outer or double spaces, no separator, bounded."""
    return " ".join(value.replace("\x1f", " ").split())[:VALUE_LIMIT]


def label(name: str, value: str) -> str:
    """Return one entry of a document's metadata as a tag."""
    return tag(f"{name}={value}")


def labels_of(metadata: Mapping[str, JsonValue]) -> list[str]:
    """Return a document's metadata as tags: one for a value, one for each value of a list."""
    return [
        label(name, text)
        for name, value in metadata.items()
        for text in _texts(value)
        if "\0" not in name + text
    ][:LABELS_LIMIT]


def filter_for(filters: Mapping[str, JsonValue]) -> Filter | None:
    """Return what narrows a search to tags that are equal to all values; None when nothing can be.

    `document_id` and `category` are the document's own, any other name is of its metadata. Of a
    list any value will do.
    """
    clauses: list[str] = []
    params: dict[str, str] = {}
    for name, value in filters.items():
        own = name in {"document_id", "category"}
        texts = [tag(text) if own else label(name, text) for text in _texts(value)]
        wanted = [_encodable(text) for text in texts if text and "\0" not in text]
        if not wanted:
            return None
        first = len(params)
        params |= {f"filter{first + at}": text for at, text in enumerate(wanted)}
        any_one = "|".join(f"$filter{first + at}" for at in range(len(wanted)))
        clauses.append(f"@{name if own else 'labels'}:{{{any_one}}}")
    return Filter(" ".join(clauses), params)


def _texts(value: JsonValue) -> list[str]:
    """Return a value as it is compared: `3`, `true`, the text itself; nothing of an object."""
    if isinstance(value, list):
        return [text for one in value if not isinstance(one, list) for text in _texts(one)]
    if value is None or isinstance(value, dict):
        return []
    return [value if isinstance(value, str) else json.dumps(value)]


def _encodable(text: str) -> str:
    # RediSearch takes a backslash away, also from a value that comes in PARAMS.
    return text.encode("utf-8", "replace").decode("utf-8").replace("\\", "\\\\")
