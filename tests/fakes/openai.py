"""OpenAI's chat completions on loopback: strict about requests, scripted in its answers and faults."""

import asyncio
import itertools
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from starlette.types import Receive, Scope, Send

from tests.fakes.openai_audio import FakeListening
from tests.fakes.openai_media import FakeSpeech, wrong_with_pictures

Request = dict[str, Any]

KNOWN = frozenset(
    {
        "model", "messages", "tools", "tool_choice", "parallel_tool_calls", "temperature", "top_p",
        "n", "max_tokens", "max_completion_tokens", "stream", "stream_options", "stop", "user",
        "response_format", "seed", "logprobs", "frequency_penalty", "presence_penalty", "metadata",
        "store", "reasoning_effort", "service_tier", "safety_identifier", "prompt_cache_key",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """A scripted answer: words, calls (name and arguments), or both."""

    text: str = ""
    calls: tuple[tuple[str, dict[str, Any]], ...] = ()
    finish: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A scripted failure."""

    kind: Literal["status", "not_json", "cut", "stall", "wrong_shape", "bad_arguments"]
    status: int = 500
    seconds: float = 0.0
    retry_after: str = ""


Answer = Says | Fault


def says(text: str) -> Says:
    """Answer with words."""
    return Says(text=text)


def calls(name: str, /, **arguments: Any) -> Says:
    """Answer with one tool call."""
    return Says(calls=((name, arguments),))


def default_answer(request: Request) -> Answer:
    """Route to sales, look once into the knowledge, then speak: two thoughts and a choice."""
    names = [tool["function"]["name"] for tool in request.get("tools", ())]
    if names == ["Choice"]:
        return calls("Choice", agent="sales")
    if "search_knowledge" in names and request["messages"][-1]["role"] == "user":
        return calls("search_knowledge", query="precio")
    return says("Con gusto te cuento.")


@dataclass(slots=True)
class FakeOpenAI:
    """The server. `script` is used up first, by model when it names one; then `respond` answers."""

    respond: Callable[[Request], Answer] = default_answer
    script: deque[Answer] = field(default_factory=deque)
    broken: dict[str, Fault] = field(default_factory=dict)
    """A fault by model name: it holds until it is taken out."""
    requests: list[Request] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    keep_requests: bool = True
    speech: FakeSpeech = field(default_factory=FakeSpeech)
    listening: FakeListening = field(default_factory=FakeListening)
    offered: dict[str, str | None] = field(default_factory=dict)
    """What the list of models names, each with the day of its end, if one is told."""
    _ids: "itertools.count[int]" = field(default_factory=itertools.count)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        if scope["path"].endswith("/models"):
            await _send(send, 200, self._offer())
            return
        if scope["path"].endswith("/audio/transcriptions"):
            await self.listening.answer(scope, body, send)
            return
        request: Request = json.loads(body)
        if scope["path"].endswith("/audio/speech"):
            await self.speech.answer(request, send)
            return
        if not scope["path"].endswith("/chat/completions"):
            # Embeddings too: a server that only chats.
            await _send(send, 404, _error("Unknown path", "not_found"))
            return
        if self.keep_requests:
            self.requests.append(request)
            self.keys.append(dict(scope["headers"]).get(b"authorization", b"").decode())
        if (wrong := wrong_with(request)) is not None:
            await _send(send, 400, _error(wrong, "invalid_request_error"))
        else:
            await self._answer(request, send)

    def _offer(self) -> dict[str, Any]:
        listed = [
            {"id": name, "object": "model", "owned_by": "system", "shutdown_date": end}
            for name, end in self.offered.items()
        ]
        return {"object": "list", "data": listed}

    async def _answer(self, request: Request, send: Send) -> None:
        answer: Answer | None = self.broken.get(request["model"])
        if answer is None and self.script and not _is_choice(request):
            answer = self.script.popleft()
        answer = answer or self.respond(request)
        if isinstance(answer, Fault):
            await self._fail(answer, request, send)
        else:
            await _send(send, 200, self._completion(answer, request))

    async def _fail(self, fault: Fault, request: Request, send: Send) -> None:
        if fault.kind == "stall":
            await asyncio.sleep(fault.seconds)
            await _send(send, 200, self._completion(says("tarde"), request))
        elif fault.kind == "not_json":
            await _raw(send, 200, b'{"id": "x", "choices": [{"mess')
        elif fault.kind == "wrong_shape":
            await _send(send, 200, {"id": "x", "object": "chat.completion", "choices": None})
        elif fault.kind == "bad_arguments":
            await _send(send, 200, self._completion(_broken_call(request), request))
        elif fault.kind == "cut":
            await _cut(send)
        else:
            headers = [(b"retry-after", fault.retry_after.encode())] if fault.retry_after else []
            error = _error("The server said no", "server_error")
            await _raw(send, fault.status, json.dumps(error).encode(), headers)

    def _completion(self, answer: Says, request: Request) -> dict[str, Any]:
        number = next(self._ids)
        message: dict[str, Any] = {"role": "assistant", "content": answer.text or None}
        if answer.calls:
            message["tool_calls"] = [
                {
                    "id": f"call_{number}_{index}",
                    "type": "function",
                    "function": {
                        "name": name,
                        "arguments": given if isinstance(given, str) else json.dumps(given),
                    },
                }
                for index, (name, given) in enumerate(answer.calls)
            ]
        return {
            "id": f"chatcmpl-{number}",
            "object": "chat.completion",
            "created": 1_790_000_000,
            "model": request["model"],
            "choices": [
                {
                    "index": 0,
                    "message": message,
                    "finish_reason": answer.finish or ("tool_calls" if answer.calls else "stop"),
                    "logprobs": None,
                }
            ],
            "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
        }


def wrong_with(request: Request) -> str | None:
    """Return what OpenAI would refuse in a request, or None."""
    if unknown := set(request) - KNOWN:
        return f"Unknown parameter: '{min(unknown)}'."
    if not request.get("messages") or not request.get("model"):
        return "Missing required parameter."
    if request.get("tools") == []:
        return "Invalid 'tools': empty array."
    if "parallel_tool_calls" in request and not request.get("tools"):
        return "Invalid value for 'parallel_tool_calls': only allowed when 'tools' are specified."
    return _wrong_with_messages(request["messages"]) or wrong_with_pictures(request)


def _wrong_with_messages(messages: list[dict[str, Any]]) -> str | None:
    open_calls: set[str] = set()
    for index, message in enumerate(messages):
        role = message.get("role")
        if role == "tool":
            if message.get("tool_call_id") not in open_calls:
                return "A message with role 'tool' must follow a message with 'tool_calls'."
            open_calls.remove(message["tool_call_id"])
            continue
        if open_calls:
            return f"'tool_calls' must be followed by tool messages: {sorted(open_calls)}"
        if (wrong := _wrong_with_message(message)) is not None:
            return f"messages[{index}]: {wrong}"
        open_calls = {one["id"] for one in message.get("tool_calls") or []}
    return f"Unanswered tool calls: {sorted(open_calls)}" if open_calls else None


def _wrong_with_message(message: dict[str, Any]) -> str | None:
    role, content = message.get("role"), message.get("content")
    if role not in {"system", "developer", "user", "assistant"}:
        return "invalid role"
    if role == "assistant":
        return "content is required" if content is None and not message.get("tool_calls") else None
    return None if isinstance(content, str | list) else "content must be a string"


def _is_choice(request: Request) -> bool:
    return [one["function"]["name"] for one in request.get("tools", ())] == ["Choice"]


def _broken_call(request: Request) -> Says:
    name = request["tools"][0]["function"]["name"] if request.get("tools") else "none"
    broken: Any = '{"query": "x'
    return Says(calls=((name, broken),))


def _error(message: str, kind: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": None}}


async def _send(send: Send, status: int, body: dict[str, Any]) -> None:
    await _raw(send, status, json.dumps(body).encode())


async def _raw(
    send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    kind = [(b"content-type", b"application/json"), *(headers or [])]
    await send({"type": "http.response.start", "status": status, "headers": kind})
    await send({"type": "http.response.body", "body": body})


async def _cut(send: Send) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"id": "x", ', "more_body": True})
    raise ConnectionAbortedError("The stand-in cuts the line in the middle of a body.")
