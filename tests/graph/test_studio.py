"""Studio opens, replays and forks the threads that our own server wrote, company by company."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph_sdk import get_client
from langgraph_sdk.client import LangGraphClient

from graph.checkpoints import Checkpoints
from graph.errors import ForeignThreadError
from graph.studio import Studio, StudioDoors
from integrations.redis import Client
from tenants import keys
from tests.graph.house import ANA as WRITER
from tests.graph.house import House, turn
from tests.graph.parts import BENOVA, TwoCompanies, keys_of
from tests.graph.rehearsed import SmallGraphs
from tests.graph.time_travel import said, two_steps
from tests.processes import ROOT, answers, environment, free_port, program


def studio_on(redis: Client) -> Studio:
    checkpoints = Checkpoints(redis)
    return Studio(
        graphs=SmallGraphs(checkpoints),
        checkpoints=checkpoints,
        directory=TwoCompanies(),
        redis=redis,
    )


def on(thread: str, **more: Any) -> RunnableConfig:
    return {"configurable": {"thread_id": thread, **more}}


async def test_a_new_thread_is_kept_by_the_company_of_its_context(redis: Client) -> None:
    graph = two_steps(studio_on(redis).saver)

    await graph.ainvoke(said("hola", "h0"), on("t", company_id="medispa"), durability="exit")

    assert await keys_of(redis, "*") == [
        "clinicdesk:thread:t",
        "medispa:checkpoint:t",
        "medispa:checkpoint_ids:t",
    ]


async def test_a_known_thread_needs_no_context(redis: Client) -> None:
    graph = two_steps(studio_on(redis).saver)
    await graph.ainvoke(said("hola", "h0"), on("t", company_id="medispa"))

    await graph.ainvoke(said("otra", "h1"), on("t"))

    assert len((await graph.aget_state(on("t"))).values["messages"]) == 4
    assert len([one async for one in graph.aget_state_history(on("t"), limit=2)]) == 2


async def test_a_thread_of_another_company_is_refused(redis: Client) -> None:
    studio = studio_on(redis)
    graph = two_steps(studio.saver)
    await graph.ainvoke(said("hola", "h0"), on("t", company_id="benova"))

    with pytest.raises(ForeignThreadError):
        await graph.ainvoke(said("otra", "h1"), on("t", company_id="medispa"))
    with pytest.raises(ForeignThreadError):
        await studio.graph(on("t", company_id="medispa"))


async def test_a_new_thread_without_a_company_cannot_be_written(redis: Client) -> None:
    graph = two_steps(studio_on(redis).saver)

    with pytest.raises(ForeignThreadError):
        await graph.ainvoke(said("hola", "h0"), on("t"))

    assert await keys_of(redis, "*") == []


async def test_a_thread_nobody_wrote_in_is_empty(redis: Client) -> None:
    graph = two_steps(studio_on(redis).saver)

    assert (await graph.aget_state(on("t"))).values == {}
    assert [one async for one in graph.aget_state_history(on("t"))] == []


async def test_a_thread_is_copied_pruned_and_erased_through_studio(redis: Client) -> None:
    saver = studio_on(redis).saver
    graph = two_steps(saver)
    await graph.ainvoke(said("hola", "h0"), on("t", company_id="benova"), durability="sync")

    await saver.acopy_thread("t", "copy")
    await saver.aprune(["copy"], strategy="keep_latest")

    assert len([one async for one in graph.aget_state_history(on("copy"))]) == 1
    assert len([one async for one in graph.aget_state_history(on("t"))]) == 4

    await saver.adelete_thread("t")
    await saver.adelete_thread("copy")

    assert await keys_of(redis, "*") == []


async def test_a_run_that_is_rolled_back_leaves_the_thread_as_it_was(redis: Client) -> None:
    saver = studio_on(redis).saver
    graph = two_steps(saver)
    await graph.ainvoke(said("hola", "h0"), on("t", company_id="benova"))
    run: RunnableConfig = {**on("t"), "metadata": {"run_id": "second"}}
    # `langgraph dev` hands the run's id to the checkpointer as metadata of the checkpoint.
    saved = await saver.aget_tuple(on("t"))
    assert saved is not None
    saved.checkpoint["id"] = "ffffffff-0000-6000-8000-000000000000"
    await saver.aput(
        {**run, "configurable": {"thread_id": "t", "checkpoint_ns": ""}},
        saved.checkpoint,
        {"source": "loop", "step": 9, "run_id": "second"},
        {},
    )

    await saver.adelete_for_runs(["second"])

    newest = await saver.aget_tuple(on("t"))
    assert newest is not None
    assert newest.metadata["step"] == 2


async def test_what_was_opened_is_closed_with_the_checkpointer(redis: Client) -> None:
    steps: list[str] = []

    @asynccontextmanager
    async def opened() -> AsyncIterator[Studio]:
        steps.append("opened")
        yield studio_on(redis)
        steps.append("closed")

    doors = StudioDoors(opened)
    async with doors.checkpointer():
        await doors.make_graph(on("t", company_id="benova"))

    assert steps == ["opened", "closed"]


async def test_doors_that_could_not_be_opened_are_tried_again(redis: Client) -> None:
    failures = [ConnectionError("no Redis")]

    @asynccontextmanager
    async def opened() -> AsyncIterator[Studio]:
        if failures:
            raise failures.pop()
        yield studio_on(redis)

    doors = StudioDoors(opened)
    with pytest.raises(ConnectionError):
        await doors.make_graph(on("t"))

    async with doors.checkpointer() as saver:
        assert await saver.aget_tuple(on("t")) is None


@asynccontextmanager
async def langgraph_dev(redis_url: str, folder: Path) -> AsyncIterator[LangGraphClient]:
    """Run `langgraph dev` with our configuration on our Redis; yield a client."""
    port = free_port()
    config = folder / "langgraph.json"
    settings = json.loads((ROOT / "langgraph.json").read_text())
    settings.pop("http", None)
    # Its own files are written beside the configuration, so this one lies elsewhere.
    config.write_text(json.dumps({**settings, "dependencies": [str(ROOT)]}))
    env = environment(
        **settings["env"], REDIS_URL=redis_url, DATA_DIR=str(folder), PYTHONPATH=str(ROOT)
    )
    words = ("dev", "--no-browser", "--no-reload", "--port", str(port), "--config", str(config))
    async with program(
        "-m", "langgraph_cli", *words, log=folder / "log", env=env, cwd=folder
    ) as running:
        await answers(running, f"http://127.0.0.1:{port}/ok")
        client = get_client(url=f"http://127.0.0.1:{port}", api_key=None)
        try:
            yield client
        finally:
            await client.aclose()
            await running.stop()


@pytest.mark.processes
async def test_studio_runs_reads_replays_and_forks(
    house: House, redis: Client, redis_url: str, tmp_path: Path
) -> None:
    await house.desk.answer(house.benova(), turn("t1", "hola"))
    ours = keys.thread_id(BENOVA.company_id, WRITER)
    benova, medispa = ({"company_id": one, "user_id": WRITER} for one in ("benova", "medispa"))
    asked: dict[str, Any] = {"messages": [{"role": "user", "content": "quiero agendar una cita"}]}

    async with langgraph_dev(redis_url, tmp_path) as studio:
        assistants = await studio.assistants.search(graph_id="clinicdesk")
        new = await studio.threads.create(graph_id="clinicdesk")
        answer: Any = await studio.runs.wait(
            new["thread_id"], "clinicdesk", input=asked, context=medispa
        )
        await studio.threads.create(thread_id=ours, graph_id="clinicdesk")
        written: Any = await studio.threads.get_state(ours)
        steps = await studio.threads.get_history(new["thread_id"], limit=20)
        routed = next(one for one in steps if one["next"] == ["schedule"])
        replayed: Any = await studio.runs.wait(
            new["thread_id"], "clinicdesk", context=medispa, checkpoint=routed["checkpoint"]
        )
        fork = await studio.threads.update_state(
            ours,
            {"destination": "schedule", "turn_id": "fork", **asked},
            as_node="router",
            checkpoint_id=written["checkpoint_id"],
        )
        forked: Any = await studio.runs.wait(
            ours, "clinicdesk", context=benova, checkpoint=fork["checkpoint"]
        )
        past = await studio.threads.get_history(ours, limit=10)
        refused: Any = await studio.runs.wait(
            ours, "clinicdesk", input=asked, context=medispa, raise_error=False
        )

    assert [one["graph_id"] for one in assistants] == ["clinicdesk"]
    assert answer["destination"] == "schedule"
    assert answer["messages"][-1]["response_metadata"]["model_name"] == "guided"
    assert await redis.get(keys.thread_company(new["thread_id"])) == "medispa"  # type: ignore[arg-type] # A thread's id.
    assert written["values"]["messages"][0]["content"] == "hola"
    assert replayed["messages"][-1]["content"] == answer["messages"][-1]["content"]
    assert replayed["messages"][-1]["id"] != answer["messages"][-1]["id"]
    assert forked["messages"][-1]["response_metadata"]["model_name"] == "guided"
    assert len(forked["messages"]) >= 4
    assert len(past) >= 3
    assert "ForeignThreadError" in str(refused)
    log = (tmp_path / "log").read_text()
    assert (log.count("studio_opened"), log.count("studio_closed")) == (1, 1)
