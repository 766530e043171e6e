"""Agents' prompts over REST: what ships, what the company wishes, the whole; versions and previews."""

from difflib import unified_diff
from hashlib import sha256
from typing import Annotated, get_args

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from graph.preview import Previews, shipped, wishing
from nodes.state import Agent
from routes.access import Access, Caller
from routes.audited import tell
from routes.body import json_body, query
from routes.company_administration import author_of
from routes.errors import InvalidRequestError, NotFoundError
from routes.tags import expected_in, tagged
from tenants.company_store import PromptVersion
from tenants.patching import WISHFUL
from tenants.tenant import AgentName, Language
from tenants.wishes import LONGEST, Wishes, WishWritten, wish_faults

Number = Annotated[int, Field(ge=0)]
AGENTS: tuple[AgentName, ...] = get_args(AgentName)


class Spoken(BaseModel):
    """In which language the whole is shown."""

    language: Language | None = None


class NewWish(BaseModel):
    """A company's new wish."""

    text: str
    note: Annotated[str, Field(max_length=200)] = ""


class Between(BaseModel):
    """Two versions; the newest when the second is not named."""

    from_: Annotated[Number, Field(alias="from")]
    to: Number | None = None


class Back(BaseModel):
    """Which version's text is to stand again."""

    version: Number


class Draft(BaseModel):
    """A wish to be tried, with a message to try it on."""

    text: str | None = None
    """None: the wish as it stands."""
    message: Annotated[str, Field(max_length=4000)] = ""
    language: Language | None = None


def agent_in(request: Request) -> AgentName:
    """Return the agent of the path; raises NotFoundError."""
    for agent in AGENTS:
        if agent == request.path_params["agent"]:
            return agent
    raise NotFoundError(f"The agents are {', '.join(AGENTS)}.")


def _version(one: PromptVersion) -> dict[str, object]:
    return {
        "version": one.version,
        "text": one.text,
        "written_at": one.written_at.isoformat() if one.version else None,
        "written_by": one.written_by,
        "note": one.note,
    }


class PromptRoutes:
    """Answers what is asked about prompts."""

    def __init__(self, *, access: Access, wishes: Wishes, previews: Previews) -> None:
        """Take who may call, where wishes are kept, and what shows prompts whole."""
        self._access = access
        self._wishes = wishes
        self._previews = previews

    async def every(self, request: Request, caller: Caller) -> JSONResponse:
        """List the agents with what the company wishes of each."""
        tenant = self._access.named(caller, request.path_params["company_id"])
        found = []
        for agent in AGENTS:
            wishful = agent in WISHFUL
            newest = (await self._wishes.of(tenant.company_id, agent))[0] if wishful else None
            found.append(
                {
                    "agent": agent,
                    "takes_wishes": wishful,
                    "version": newest.version if newest else None,
                    "wish": newest.text if newest else "",
                }
            )
        return JSONResponse({"company_id": tenant.company_id, "prompts": found})

    async def get(self, request: Request, caller: Caller) -> Response:
        """Return the shipped text, the company's wish, and the whole as the model sees it."""
        tenant = self._access.named(caller, request.path_params["company_id"])
        agent = agent_in(request)
        language = query(request, Spoken).language or tenant.language
        body: dict[str, object] = {
            "company_id": tenant.company_id,
            "agent": agent,
            "takes_wishes": agent in WISHFUL,
            "shipped": shipped(agent),
            "prompt": self._previews.prompt(tenant, agent, language),
        }
        if agent not in WISHFUL:
            return JSONResponse(body)
        newest = (await self._wishes.of(tenant.company_id, agent))[0]
        told = _version(newest)
        answer = JSONResponse({**body, **told, "wish": newest.text, "longest": LONGEST})
        # The whole changes with the company and the hour; only the version counts for a write.
        return tagged(answer, f"{newest.version}.{sha256(answer.body).hexdigest()[:12]}")

    async def put(self, request: Request, caller: Caller) -> Response:
        """Store a new wish of the company; its agents are told from the next message on."""
        company, agent = self._named(request, caller)
        wanted = await json_body(request, NewWish)
        written = await self._wishes.write(
            company,
            agent,
            wanted.text,
            author_of(caller),
            note=wanted.note,
            expected=expected_in(request).partition(".")[0],
        )
        return self._written(request, written)

    async def versions(self, request: Request, caller: Caller) -> JSONResponse:
        """List the versions of the company's wish, newest first."""
        company, agent = self._named(request, caller)
        found = await self._wishes.of(company, agent)
        return JSONResponse(
            {"company_id": company, "agent": agent, "versions": [_version(one) for one in found]}
        )

    async def version(self, request: Request, caller: Caller) -> JSONResponse:
        """Return one version of the company's wish."""
        company, agent = self._named(request, caller)
        found = await self._wishes.version(company, agent, request.path_params["version"])
        return JSONResponse({"company_id": company, "agent": agent, **_version(found)})

    async def diff(self, request: Request, caller: Caller) -> JSONResponse:
        """Return what changed between two versions, as a unified diff."""
        company, agent = self._named(request, caller)
        wanted = query(request, Between)
        before = await self._wishes.version(company, agent, wanted.from_)
        newest = (await self._wishes.of(company, agent))[0]
        after = (
            newest if wanted.to is None else await self._wishes.version(company, agent, wanted.to)
        )
        lines = unified_diff(
            before.text.splitlines(),
            after.text.splitlines(),
            f"{agent} {before.version}",
            f"{agent} {after.version}",
            lineterm="",
        )
        return JSONResponse(
            {
                "company_id": company,
                "agent": agent,
                "from": before.version,
                "to": after.version,
                "diff": "\n".join(lines),
            }
        )

    async def rollback(self, request: Request, caller: Caller) -> Response:
        """Have an older version's text stand again, as a new version."""
        company, agent = self._named(request, caller)
        wanted = await json_body(request, Back)
        old = await self._wishes.version(company, agent, wanted.version)
        written = await self._wishes.write(
            company,
            agent,
            old.text,
            author_of(caller),
            note=f"as in version {old.version}",
            expected=expected_in(request).partition(".")[0],
        )
        return self._written(request, written)

    async def preview(self, request: Request, caller: Caller) -> JSONResponse:
        """Show the whole prompt with another wish; with a message, what would be answered. Nothing is kept."""
        tenant = self._access.named(caller, request.path_params["company_id"])
        agent = agent_in(request)
        draft = await json_body(request, Draft)
        if draft.text is not None:
            if agent not in WISHFUL:
                raise InvalidRequestError(f"text: the {agent} agent takes no wishes")
            if faults := wish_faults(draft.text):
                raise InvalidRequestError("; ".join(f"{k}: {v}" for k, v in faults.items()))
            tenant = wishing(tenant, agent, draft.text)
        language = draft.language or tenant.language
        body: dict[str, object] = {
            "company_id": tenant.company_id,
            "agent": agent,
            "prompt": self._previews.prompt(tenant, agent, language),
        }
        if draft.message.strip():
            answering: Agent | None = None if agent in {"router", "emergency"} else agent  # type: ignore[assignment] # mypy narrows no sets.
            done = await self._previews.turn(tenant, answering, draft.message)
            body["turn"] = {
                "reply": done.reply,
                "agent": done.agent,
                "router_chose": done.router_chose,
                "tools_used": list(done.tools_used),
                "passages": list(done.passages),
                "blocked": list(done.blocked),
                "model": done.model,
                "milliseconds": done.milliseconds,
            }
        return JSONResponse(body)

    def _named(self, request: Request, caller: Caller) -> tuple[str, AgentName]:
        tenant = self._access.named(caller, request.path_params["company_id"])
        return tenant.company_id, agent_in(request)

    def _written(self, request: Request, written: WishWritten) -> Response:
        version = written.version
        tell(request, version=version.version, characters=len(version.text))
        body = {
            "company_id": version.company_id,
            "agent": version.agent,
            **_version(version),
            "revision": written.revision,
            "served": not written.not_served,
            "reason": written.not_served,
        }
        return tagged(JSONResponse(body), str(version.version))

    def routes(self) -> list[Route]:
        """Return the paths below /api."""
        guarded = self._access.guarded
        every = "/companies/{company_id}/prompts"
        one = f"{every}/{{agent}}"
        return [
            Route(every, guarded(self.every), methods=["GET"]),
            Route(one, guarded(self.get), methods=["GET"]),
            Route(one, guarded(self.put), methods=["PUT"]),
            Route(f"{one}/versions", guarded(self.versions), methods=["GET"]),
            Route(f"{one}/versions/{{version:int}}", guarded(self.version), methods=["GET"]),
            Route(f"{one}/diff", guarded(self.diff), methods=["GET"]),
            Route(f"{one}/rollback", guarded(self.rollback), methods=["POST"]),
            Route(f"{one}/preview", guarded(self.preview), methods=["POST"]),
        ]
