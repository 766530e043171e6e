"""The language that the rule files are written in."""

from pathlib import Path

import pytest

from safety.lexicon import Lexicon
from safety.patterns import RuleBook, RuleError
from safety.reading import read, spanish_key


def _found(tmp_path: Path, rules: str, text: str) -> bool:
    file = tmp_path / "rules.txt"
    file.write_text(rules, encoding="utf-8")
    book = RuleBook(Lexicon(spanish_key, ["marcada"]), lambda word: word.es)
    (rule,) = book.read(file)
    return rule.pattern.found(book.masks(read(text)), -1)


@pytest.mark.parametrize(
    ("rule", "text", "found"),
    [
        ("emergency: no puedo respirar", "no puedo casi ni respirar", True),
        ("emergency: no puedo respirar", "no puedo hoy ir a respirar", False),
        ("emergency: no ... respirar", "no logro ni un poquito respirar", True),
        ("emergency: no .puedo", "no me puedo", False),
        ("emergency: me-falta el", "me falta mucho el", True),
        ("emergency: me-falta el", "me hace falta el", False),
        ("emergency: ojo|vista roja", "vista roja", True),
        ("emergency: hinch*", "hinchadísimo", True),
        ("emergency: hinch*", "inchado", True),
        ("emergency: morado", "dorado", False),
        ("emergency: morado", "moradp", True),
        ("emergency: mareada", "marcada", False),
        ("emergency: =mareada", "mareadq", False),
        ("emergency: labio + blanco", "blanco tengo el labio", True),
        ("emergency: labio + blanco", "labio a b c d e f g h i j k blanco", False),
        ("emergency: labio ++ blanco", "labio a b c d e f g h i j k blanco", True),
        ("emergency: labio unless tinte", "labio con tinte", False),
        ("emergency: labio unless tinte", "labio. Tengo tinte", True),
        ("let part: labio, punta de la nariz\nurgent: {part} fria", "punta de la nariz fría", True),
        ("urgent: fiebre 38.5", "fiebre de 38,5", True),
    ],
)
def test_a_pattern_finds_what_it_says(tmp_path: Path, rule: str, text: str, found: bool) -> None:
    assert _found(tmp_path, rule, text) is found


@pytest.mark.parametrize(
    "rules", ["nonsense", "emergency: {unknown} a", "let name words", "urgent: ..."]
)
def test_a_wrong_rule_names_its_file_and_line(tmp_path: Path, rules: str) -> None:
    with pytest.raises(RuleError, match=r"rules\.txt, line 1"):
        _found(tmp_path, rules, "")
