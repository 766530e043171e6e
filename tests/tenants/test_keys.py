"""No two companies can meet in a key, and nobody but `tenants/keys.py` builds one."""

import ast
import inspect
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tenants import keys
from tenants.ids import CompanyId, ThreadId, UserId
from tenants.tenant import COMPANY_ID

ROOT = Path(__file__).parents[2]
FOLDERS = (
    "routes", "jobs", "graph", "nodes", "tools", "safety", "knowledge", "agenda", "tenants",
    "integrations", "commands",
)  # fmt: skip

company_ids = (
    st.from_regex(COMPANY_ID, fullmatch=True)
    .filter(lambda one: one not in keys.RESERVED)
    .map(CompanyId)
)
# Whatever a patient or an inbox may be called, with a taste for what could pass for our own signs.
texts = st.text(max_size=12) | st.sampled_from(
    ["*", "a|b", "../x", ":", "medispa:conversation:7", "\n", "", "benova/7", "7"]
)
DEPLOYMENT_WIDE = {
    "left_member", "left_owner", "mailbox_member", "mailbox_owner", "parked_member", "parked_owner"
}  # fmt: skip
"""Members of the deployment's own sets: read back, never used as keys."""
SEVERAL = {"of_patient", "caches_by_content"}
"""They name keys that other functions build."""


def functions() -> dict[str, Callable[..., str]]:
    return {
        name: function
        for name, function in vars(keys).items()
        if inspect.isfunction(function)
        and function.__module__ == keys.__name__
        and name not in DEPLOYMENT_WIDE | SEVERAL
    }


FUNCTIONS = functions()
HINTS = {name: typing.get_type_hints(one) for name, one in FUNCTIONS.items()}
OF_A_COMPANY = sorted(name for name, hints in HINTS.items() if "company" in hints)
OF_THE_DEPLOYMENT = sorted(FUNCTIONS.keys() - set(OF_A_COMPANY))
THREADS = [name for name in OF_A_COMPANY if HINTS[name]["return"] is ThreadId]


def built(name: str, company: CompanyId, draw: Callable[[st.SearchStrategy[str]], str]) -> str:
    """Call a key's function with anything at all for whatever is not the company."""
    values: dict[str, object] = {}
    for parameter, hint in HINTS[name].items():
        if parameter != "return":
            kind = getattr(hint, "__supertype__", hint)
            values[parameter] = (
                company if parameter == "company" else 7 if kind is int else draw(texts)
            )
    return FUNCTIONS[name](**values)


# All at once: an example of each alone costs ten times as much.
@given(company=company_ids, data=st.data())
def test_every_key_of_a_company_begins_with_its_id(company: CompanyId, data: st.DataObject) -> None:
    made = {name: built(name, company, data.draw) for name in OF_A_COMPANY if name not in THREADS}

    prefixes = (keys.company_prefix(company), f"{company}_documents")
    assert not {name: key for name, key in made.items() if not key.startswith(prefixes)}


@given(one=company_ids, other=company_ids, data=st.data())
def test_no_two_companies_share_a_key(
    one: CompanyId, other: CompanyId, data: st.DataObject
) -> None:
    assume(one != other)

    of_one = {built(name, one, data.draw) for name in OF_A_COMPANY}
    of_other = {built(name, other, data.draw) for name in OF_A_COMPANY}

    assert not of_one & of_other


@given(one=company_ids, other=company_ids)
def test_no_company_lives_in_anothers_prefix(one: CompanyId, other: CompanyId) -> None:
    assume(one != other)

    assert not keys.company_prefix(one).startswith(keys.company_prefix(other))
    assert not keys.chunk_index(one).startswith(keys.company_prefix(other))


@given(company=company_ids)
def test_the_pattern_of_a_company_has_no_sign_but_its_last(company: CompanyId) -> None:
    pattern = keys.company_pattern(company)

    assert pattern == f"{company}:*"
    assert not set(company) & set("*?[]\\^")


@pytest.mark.parametrize("name", OF_THE_DEPLOYMENT)
def test_a_key_of_the_deployment_begins_with_a_name_no_company_can_take(name: str) -> None:
    key = built(name, CompanyId("benova"), lambda _: "x")

    assert key.startswith(f"{keys.DEPLOYMENT}:")
    assert keys.DEPLOYMENT in keys.RESERVED
    assert keys.QUEUE in keys.RESERVED


@pytest.mark.parametrize("name", THREADS)
@given(company=company_ids, data=st.data())
def test_a_thread_is_a_lower_case_uuid(name: str, company: CompanyId, data: st.DataObject) -> None:
    thread = built(name, company, data.draw)

    assert str(UUID(thread)) == thread
    assert thread == thread.lower()


@given(one=company_ids, other=company_ids, user=texts, stranger=texts)
def test_a_thread_belongs_to_one_patient_of_one_company(
    one: CompanyId, other: CompanyId, user: str, stranger: str
) -> None:
    assume((one, user) != (other, stranger))

    assert keys.thread_id(one, UserId(user)) != keys.thread_id(other, UserId(stranger))


def test_a_thread_stays_the_same_for_ever() -> None:
    thread = keys.thread_id(CompanyId("benova"), UserId("7"))

    assert thread == "464f6c3d-9ee1-576b-89ec-6187233e0054"


def sources() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from sorted((ROOT / folder).rglob("*.py"))
    yield from ROOT.glob("*.py")


def offences(tree: ast.AST) -> Iterator[str]:
    """Yield what looks like a key: an f-string `{company...}:`, `{company...}_documents`, or `clinicdesk:`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and len(node.values) > 1:
            first, second = node.values[:2]
            if (
                isinstance(first, ast.FormattedValue)
                and "company" in ast.unparse(first.value)
                and isinstance(second, ast.Constant)
                and str(second.value).startswith((":", "_documents"))
                and not str(second.value).startswith(": ")
            ):
                yield ast.unparse(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value.startswith((f"{keys.DEPLOYMENT}:", "saq:")):
                yield node.value
        elif (
            isinstance(node, ast.Call)
            and ast.unparse(node.func).endswith("uuid5")
            and "company" in ast.unparse(node)
        ):
            yield ast.unparse(node)


@pytest.mark.parametrize(
    "text",
    [
        'f"{company}:mailbox:{user}"',
        'f"{tenant.company_id}:x"',
        'f"{company}_documents"',
        '"clinicdesk:parked"',
        'f"clinicdesk:{name}"',
        "uuid5(SPACE, f'{company_id}/{user}')",
    ],
)
def test_the_walk_sees_a_key_built_elsewhere(text: str) -> None:
    assert list(offences(ast.parse(text)))


@pytest.mark.parametrize("text", ['f"{company}: unknown"', '"clinicdesk"', "keys.mailbox(a, b)"])
def test_the_walk_lets_other_texts_pass(text: str) -> None:
    assert not list(offences(ast.parse(text)))


def test_only_one_file_builds_keys() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {offence}"
        for path in sources()
        if path != ROOT / "tenants" / "keys.py"
        for offence in offences(ast.parse(path.read_text(encoding="utf-8")))
    }

    assert found == set()


def test_what_belongs_to_a_patient_or_a_cache_is_one_companys_alone() -> None:
    company, user = CompanyId("benova"), UserId("9001")
    thread = keys.thread_company(keys.thread_id(company, user))

    named = [*keys.of_patient(company, user), *keys.caches_by_content(company)]

    assert all(one == thread or one.startswith("benova:") for one in named)
    assert not set(named) & {*keys.of_patient(CompanyId("medispa"), user)}
