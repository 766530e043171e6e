"""The calls of an embedding server and what can go wrong in them: apart, since the client takes long to import."""

import asyncio
from typing import Any

import httpx
from langchain_openai import OpenAIEmbeddings
from pydantic import SecretStr

from integrations.errors import IntegrationError
from integrations.openai import FAILURES, RefusedRequestError, failure_of


class Client:
    """LangChain's client, and in which form the server gives vectors."""

    def __init__(self, embeddings: OpenAIEmbeddings) -> None:
        """Ask for the short form until the server refuses it."""
        self.embeddings = embeddings
        self.numbers = False
        """False: base64, a third of what numbers in JSON take, which the client reads by itself."""


def embeddings(
    name: str,
    *,
    dimensions: int | None,
    api_key: SecretStr,
    base_url: str | None,
    http: httpx.AsyncClient,
) -> Client:
    """Return a client that tries once; `dimensions` are sent only when given.

    Texts are sent as they are: other servers know no tokens of OpenAI's, and counting them would
    need a file from the network.
    """
    return Client(
        OpenAIEmbeddings(
            model=name,
            dimensions=dimensions,
            openai_api_key=api_key,
            openai_api_base=base_url,
            http_async_client=http,
            max_retries=0,
            check_embedding_ctx_length=False,
        )
    )


async def embed(client: Client, texts: list[str], seconds: float) -> list[list[float]]:
    """Return one vector a text, in order; raises IntegrationError, with the server's wish to wait."""
    try:
        rows = await _ask(client, texts, seconds)
    except RefusedRequestError:
        if client.numbers:
            raise
        client.numbers = True
        try:
            rows = await _ask(client, texts, seconds)
        except IntegrationError:
            client.numbers = False
            raise
    if len(rows) != len(texts):
        raise IntegrationError("embeddings", "other vectors than asked for", permanent=False)
    return rows


async def _ask(client: Client, texts: list[str], seconds: float) -> list[list[float]]:
    form: dict[str, Any] = {"encoding_format": "float"} if client.numbers else {}
    try:
        async with asyncio.timeout(seconds):
            return await client.embeddings.aembed_documents(
                texts, chunk_size=len(texts), timeout=seconds, **form
            )
    except FAILURES as error:
        raise failure_of(error) from error
