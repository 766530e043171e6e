"""Pages of a company's site become documents: only its own, as robots.txt allows, read again when they change."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from integrations.guarded_http import GuardedHttp
from integrations.redis import Client
from knowledge.documents import Documents
from knowledge.embedders import OneEmbedder
from knowledge.errors import InvalidDocumentError
from knowledge.ingestion import Accepted, Ingestion
from knowledge.library import CompanyLibrary
from knowledge.mending import Mending
from knowledge.page_visits import ATTEMPTS, PageVisits, WebPage
from knowledge.reading.reader import Reader
from knowledge.rebuilding import Rebuilding
from knowledge.repair import Repair
from knowledge.sites import Sites
from knowledge.uploads import LISTED, Uploads
from tenants.tenant import Tenant
from tests.fakes.hashing_embedder import HashingEmbedder
from tests.fakes.serve import serve
from tests.fakes.site import Site, page
from tests.knowledge.reading import files
from tests.knowledge.sample import BENOVA, NOW


@dataclass
class Clinic:
    """A company with a site, and the work on its documents."""

    site: Site
    url: str
    tenant: Tenant
    redis: Client
    http: GuardedHttp
    now: datetime = NOW

    def __post_init__(self) -> None:
        embedders = OneEmbedder(HashingEmbedder())
        self.documents = Documents(self.redis, embedders, lambda: self.now)
        self.uploads = Uploads(self.redis, lambda: self.now)
        self.library = CompanyLibrary(self.tenant, self.redis, embedders)
        sites = Sites(self.redis, self.http, pause=0)
        self.ingestion = Ingestion(
            self.redis,
            self.documents,
            self.uploads,
            reader=Reader(),
            mending=Mending(
                self.redis, self.documents, Repair(self.redis, self.documents), automatic=True
            ),
            rebuilding=Rebuilding(self.redis, self.documents, embedders),
            clock=lambda: self.now,
            visits=PageVisits(self.redis, self.uploads, sites, lambda: self.now),
        )

    async def read(self, path: str, *, follow: int = 0) -> str:
        """Have a page read, and everything that comes of it; returns the document's id."""
        accepted = await self.ask(path, follow=follow)
        while await self.ingestion.work(self.tenant):
            pass
        assert accepted.upload
        return accepted.upload.document_id

    async def ask(self, path: str, *, follow: int = 0) -> Accepted:
        wanted = WebPage(url=f"{self.url}{path}", follow=follow, metadata={"seccion": "web"})
        return await self.ingestion.accept_page(self.tenant, wanted, who="ana")

    async def why_not(self, path: str) -> str:
        """Return why a page became no document."""
        upload = await self.uploads.find(self.tenant.company_id, await self.read(path))
        return upload.reason if upload else ""

    async def titles(self) -> list[str]:
        listed = await self.documents.list_documents(self.tenant.company_id)
        return sorted(one.title for one in listed)


@pytest.fixture
async def clinic(redis: Client) -> AsyncIterator[Clinic]:
    site = Site()
    async with serve(site) as url:
        http = GuardedHttp(allowed=["127.0.0.1"])
        yield Clinic(site, url, BENOVA.model_copy(update={"website": url}), redis, http)
        await http.aclose()


async def test_a_page_becomes_a_document_under_its_title(clinic: Clinic) -> None:
    clinic.site.pages["/botox"] = page("Botox en Benova", "La ampolleta zafiro cuesta $ 777.000.")

    name = await clinic.read("/botox")

    document = await clinic.documents.find_document(clinic.tenant.company_id, name)
    (passage, *_) = await clinic.library.search("cuánto cuesta la ampolleta zafiro")
    assert document
    assert document.title == "Botox en Benova"
    assert document.metadata == {
        "seccion": "web", "source": "website", "url": f"{clinic.url}/botox"
    }  # fmt: skip
    assert "$ 777.000" in passage.text
    assert "Contacto" not in passage.text
    assert clinic.site.agents == {"Clinicdesk"}


async def test_a_price_list_of_the_site_is_read_as_the_pdf_it_is(clinic: Clinic) -> None:
    clinic.site.files["/precios"] = (files.ruled_pdf(), "application/pdf")

    name = await clinic.read("/precios")

    document = await clinic.documents.find_document(clinic.tenant.company_id, name)
    assert document
    assert (document.filename, document.media_type) == ("precios.pdf", "application/pdf")


async def test_a_page_that_changed_is_replaced_and_one_that_did_not_is_left(clinic: Clinic) -> None:
    clinic.site.pages["/a"] = page("Horario", "Abrimos a las nueve zafiro.")
    first = await clinic.read("/a")
    same = await clinic.read("/a")
    untouched = await clinic.documents.find_document(clinic.tenant.company_id, first)
    clinic.site.pages["/a"] = page("Horario", "Abrimos a las diez zafiro.")
    await clinic.ask("/a")
    meanwhile = await clinic.library.search("zafiro")
    again = await clinic.read("/a")

    (passage,) = await clinic.library.search("zafiro")
    assert first == same == again
    assert untouched
    assert untouched.version == 1
    assert "nueve" in meanwhile[0].text
    assert "diez" in passage.text


async def test_a_page_that_went_keeps_its_document_and_says_so(clinic: Clinic) -> None:
    clinic.site.pages["/a"] = page("Horario", "Abrimos a las nueve zafiro.")
    await clinic.read("/a")
    del clinic.site.pages["/a"]

    reason = await clinic.why_not("/a")

    assert reason == "The site answers HTTP 404."
    assert await clinic.library.search("zafiro")


async def test_what_robots_txt_forbids_is_not_asked_for(clinic: Clinic) -> None:
    clinic.site.robots = "User-agent: clinicdesk\nDisallow: /interno"
    clinic.site.pages["/interno"] = page("Interno", "Secreto zafiro.")

    reason = await clinic.why_not("/interno")

    assert "robots.txt" in reason
    assert clinic.site.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "https://otra.example/",
        "file:///etc/passwd",
        "http://169.254.169.254/latest/meta-data",
        "https://ana:clave@benova.example/",
        "no es una dirección",
        "http://[::1",
    ],
)
async def test_only_the_companys_own_site_is_read(clinic: Clinic, url: str) -> None:
    with pytest.raises(InvalidDocumentError, match="url: "):
        await clinic.ingestion.accept_page(clinic.tenant, WebPage(url=url), who="ana")


async def test_a_site_that_leads_elsewhere_is_not_followed(clinic: Clinic) -> None:
    clinic.site.redirects["/fuera"] = "http://localhost:1/secreto"

    assert "another host" in await clinic.why_not("/fuera")


async def test_a_site_behind_a_private_address_is_not_reached(clinic: Clinic) -> None:
    clinic.http = GuardedHttp()
    clinic.__post_init__()
    clinic.site.pages["/a"] = page("A", "zafiro")

    reason = await clinic.why_not("/a")
    await clinic.http.aclose()

    assert "private address" in reason
    assert clinic.site.asked == []


async def test_what_has_no_text_or_too_much_is_refused(clinic: Clinic) -> None:
    clinic.site.files["/foto"] = (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "image/png")
    clinic.site.files["/vacio"] = (b"  ", "text/html")
    clinic.site.files["/largo"] = (b"a" * 21_000_000, "text/plain")

    assert "picture" in await clinic.why_not("/foto")
    assert "empty" in await clinic.why_not("/vacio")
    assert "more than 20000000 bytes" in await clinic.why_not("/largo")


async def test_a_site_that_is_down_is_asked_again_and_then_given_up(clinic: Clinic) -> None:
    clinic.site.broken = ATTEMPTS
    clinic.site.pages["/a"] = page("A", "zafiro")
    name = await clinic.read("/a")
    first = await clinic.uploads.find(clinic.tenant.company_id, name)
    for _ in range(ATTEMPTS):
        clinic.now += timedelta(minutes=5)
        await clinic.ingestion.work(clinic.tenant)

    last = await clinic.uploads.find(clinic.tenant.company_id, name)
    listed = await clinic.uploads.waiting(clinic.tenant.company_id)
    clinic.now += LISTED + timedelta(minutes=1)
    later = await clinic.uploads.waiting(clinic.tenant.company_id)
    assert first
    assert last
    assert (first.state, first.attempts) == ("waiting", 1)
    assert (last.state, last.reason) == ("failed", "The page cannot be fetched: HTTP 503.")
    assert (list(listed), list(later)) == ([last], [])


async def test_further_pages_of_the_host_are_read_breadth_first_up_to_the_limit(
    clinic: Clinic,
) -> None:
    clinic.site.pages = {
        "/": page("Inicio", "uno", "/b?x=1", "/a", "foto.jpg", "https://otra.example/", "#arriba"),
        "/a": page("A", "dos", "/hondo", "/", "mailto:a@b.co"),
        "/b": page("B", "tres", "/a"),
        "/hondo": page("Hondo", "cuatro", "/mas"),
        "/mas": page("Más", "cinco"),
    }

    await clinic.read("/", follow=3)

    assert await clinic.titles() == ["A", "B", "Hondo", "Inicio"]
    assert clinic.site.asked.count("/") == 1


async def test_a_text_that_a_site_shows_twice_is_one_document(clinic: Clinic) -> None:
    clinic.site.pages = {
        "/": page("Inicio", "uno", "/index.html"),
        "/index.html": page("Inicio", "uno", "/index.html"),
    }

    await clinic.read("/", follow=5)

    assert await clinic.titles() == ["Inicio"]


async def test_a_site_reads_on_where_a_dead_worker_left_it(clinic: Clinic) -> None:
    clinic.site.pages = {"/": page("Inicio", "uno", "/a"), "/a": page("A", "dos")}
    await clinic.ask("/", follow=5)
    await clinic.ingestion.work(clinic.tenant)
    clinic.__post_init__()

    while await clinic.ingestion.work(clinic.tenant):
        pass

    assert await clinic.titles() == ["A", "Inicio"]
