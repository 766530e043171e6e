"""A message as the rules read it: words at positions, folded the way hurried people misspell them."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

COMPARED = 1000  # characters of a text that are compared with examples
SENTENCE_GAP = 2  # empty positions between two sentences

_PIECE = re.compile(
    r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’´`][^\W\d_]+)*|\.{2,}|…|[.!?¡¿;\n]|,|\S"
)  # A raw pattern would hide nothing here.
_SQUEEZE = re.compile(r"(.)\1+")
_NAILS = {"uña": "unia", "uñas": "unias"}  # folded they would be the articles
_SHOUT = re.compile(r"(.)\1{2,}")
_MARKS = re.compile(r"[\u0300-\u036f'’´`]")
_PICTURES = {"🩸": "sangre", "🆘": "auxilio", "🚑": "ambulancia"}
_LAUGHING = "😂🤣😹"
_LAUGHTER = re.compile(r"[kK]{3,}")
_LAUGH = "jaja"  # What rules call it in every language.
_SHORT_ES = {
    "q": "que", "k": "que", "ke": "que", "qe": "que", "xq": "porque", "pq": "porque",
    "xk": "porque", "pk": "porque", "x": "por", "xa": "para", "pa": "para", "d": "de", "m": "me",
    "n": "no", "nno": "no", "nop": "no", "toy": "estoy", "stoy": "estoy", "sto": "esto",
    "ta": "esta", "sta": "esta", "tan": "estan", "tas": "estas", "toi": "estoy", "toda": "toda",
    "tb": "tambien", "tmb": "tambien", "tbn": "tambien", "bn": "bien", "muxo": "mucho",
    "mxo": "mucho", "mcho": "mucho", "dsp": "despues", "dps": "despues", "ai": "hay", "c": "se",
    "aki": "aqui", "tngo": "tengo", "tngp": "tengo", "pdo": "puedo", "puedp": "puedo",
    "puefo": "puedo", "peudo": "puedo", "pued": "puedo", "pudo": "pudo", "ntp": "no",
    "ahorita": "ahorita", "orita": "ahorita", "pos": "pues", "dl": "del", "hrs": "horas",
}  # fmt: skip
_SHORT_EN = {
    "u": "you", "r": "are", "ur": "your", "cannot": "cant", "cnt": "cant", "cn": "can",
    "dont": "dont", "wont": "wont", "im": "im", "y": "why", "b4": "before", "w": "with",
    "thru": "through", "plz": "please", "pls": "please", "n": "and", "cuz": "because",
    "bc": "because", "idk": "idk", "rn": "now", "abt": "about", "couldnt": "couldnt",
}  # fmt: skip
_SHORT_PT = {
    "n": "nao", "naum": "nao", "nau": "nao", "nn": "nao", "q": "que", "k": "que",
    "pq": "porque", "vc": "voce", "vcs": "voces", "p": "para", "pra": "para",
    "pro": "para", "pros": "para", "pras": "para", "c": "com", "d": "de", "t": "te",
    "to": "estou", "tou": "estou", "tow": "estou", "ta": "esta", "tah": "esta", "tao": "estao",
    "tava": "estava", "tavam": "estava", "mt": "muito", "mto": "muito",
    "mta": "muita", "mtu": "muito", "mui": "muito", "hj": "hoje", "hoj": "hoje", "agr": "agora",
    "tb": "tambem", "tbm": "tambem", "msm": "mesmo", "td": "tudo", "tds": "todos",
    "dps": "depois", "dpois": "depois", "qdo": "quando", "qnd": "quando", "qto": "quanto",
    "qnto": "quanto", "eh": "e", "mim": "me", "hrs": "horas",
    "hr": "hora", "cmg": "comigo", "pfv": "favor", "pf": "favor",
    "doendu": "doendo", "consigu": "consigo", "consg": "consigo",
}  # fmt: skip
_SOUNDS_PT = (
    ("ss", "s"), ("ch", "x"), ("sh", "x"), ("nh", "\2"), ("lh", "\3"), ("h", ""), ("\2", "nh"),
    ("\3", "lh"), ("z", "s"), ("qu", "k"), ("q", "k"), ("ce", "se"), ("ci", "si"), ("c", "k"),
    ("ge", "je"), ("gi", "ji"), ("w", "v"), ("y", "i"),
)  # fmt: skip
_SOUNDS = (
    ("ch", "\0"), ("h", ""), ("ll", "y"), ("v", "b"), ("z", "s"), ("qu", "k"), ("q", "k"),
    ("ce", "se"), ("ci", "si"), ("c", "k"), ("gue", "\1e"), ("gui", "\1i"), ("ge", "je"),
    ("gi", "ji"), ("\1", "g"), ("w", "u"), ("\0", "ch"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a message."""

    text: str
    """As it was written; empty for a picture."""
    es: str
    """Its key in Spanish: as it sounds, so that `inchason` is `hinchazón`."""
    en: str
    """Its key in English."""
    pt: str
    """Its key in Portuguese, as it sounds."""
    position: int
    sentence: int
    after_comma: bool
    opens_line: bool


def fold(text: str) -> str:
    """Lower the case and drop accents."""
    return _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))


@lru_cache(maxsize=4096)
def spanish_key(word: str) -> str:
    """Return how a folded word sounds, each letter once."""
    word = _SHORT_ES.get(word, word)
    for letters, sound in _SOUNDS:
        word = word.replace(letters, sound)
    word = _SQUEEZE.sub(r"\1", word)
    return word[:-1] + "i" if len(word) > 1 and word.endswith("y") else word


@lru_cache(maxsize=4096)
def english_key(word: str) -> str:
    """Return a folded word with each letter once."""
    return _SQUEEZE.sub(r"\1", _SHORT_EN.get(word, word))


@lru_cache(maxsize=4096)
def portuguese_key(word: str) -> str:
    """Return how a folded word sounds in Portuguese, each letter once."""
    word = _SHORT_PT.get(word, word)
    for letters, sound in _SOUNDS_PT:
        word = word.replace(letters, sound)
    return _SQUEEZE.sub(r"\1", word)


def _folded(piece: str) -> str:
    if piece[0].isdigit():
        return piece.replace(",", ".")
    if piece in _LAUGHING or _LAUGHTER.fullmatch(piece):
        return _LAUGH
    if piece.casefold() in _NAILS:
        return _NAILS[piece.casefold()]
    # Three of a kind are shouting; a pair may be spelling.
    return _SHOUT.sub(r"\1", fold(piece))


def read(text: str) -> list[Word]:
    """Return the words of a text, a gap of positions where a sentence ends; commas leave a mark."""
    for picture, name in _PICTURES.items():
        text = text.replace(picture, f" {name} ")
    words: list[Word] = []
    position, sentence, after_comma, opens_line = 0, 0, False, True
    for piece in _PIECE.findall(unicodedata.normalize("NFKC", text)):
        if piece in ".!?¡¿;":
            if words and words[-1].sentence == sentence:
                sentence += 1
                position += SENTENCE_GAP
        elif piece == "\n":
            opens_line = True
            if words and words[-1].sentence == sentence:
                sentence += 1
        elif piece in _LAUGHING and words and not words[-1].text:
            pass  # A row of them is one laugh, and parts no words that belong together.
        elif piece == ",":
            after_comma = True
        elif (piece[0].isalnum() or piece in _LAUGHING) and (folded := _folded(piece)):
            words.append(
                Word(
                    text="" if piece in _LAUGHING else piece, es=spanish_key(folded), en=english_key(folded),
                    pt=portuguese_key(folded), position=position,
                    sentence=sentence, after_comma=after_comma, opens_line=opens_line,
                )
            )  # fmt: skip
            position += 1
            after_comma = opens_line = False
    return words


def plainly(words: Iterable[Word]) -> str:
    """Return words as examples are compared with them: as written, without what stands between."""
    return " ".join(word.text for word in words if word.text)[:COMPARED]
