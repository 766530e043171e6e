"""What `langgraph dev` is pointed at in tests: the doors of Studio before a small graph."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from graph.checkpoints import Checkpoints
from graph.studio import Studio, StudioDoors
from integrations import redis as redis_connection
from tests.graph.parts import TwoCompanies
from tests.graph.rehearsed import SmallGraphs


@asynccontextmanager
async def open_studio() -> AsyncIterator[Studio]:
    client = redis_connection.connect(os.environ["REDIS_URL"])
    checkpoints = Checkpoints(client)
    yield Studio(
        graphs=SmallGraphs(checkpoints),
        checkpoints=checkpoints,
        directory=TwoCompanies(),
        redis=client,
    )
    await redis_connection.close(client)


doors = StudioDoors(open_studio)
make_graph = doors.make_graph
checkpointer = doors.checkpointer
