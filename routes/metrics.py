"""The numbers of this process over HTTP, for Prometheus."""

from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from integrations.clock import Clock
from integrations.metrics import CONTENT_TYPE, Metrics
from integrations.redis import Client
from jobs.queue_depth import measure
from routes.access import Access, Caller


class MetricsRoutes:
    """Answers Prometheus; it names companies, so it wants a key of the deployment as Bearer."""

    def __init__(self, *, access: Access, metrics: Metrics, redis: Client, clock: Clock) -> None:
        """Take the numbers, and where the queue is."""
        self._access = access
        self._metrics = metrics
        self._redis = redis
        self._clock = clock

    async def show(self, _request: Request, caller: Caller) -> Response:
        """Return all numbers; with Redis away those of the queue are old, and `clinicdesk_redis_up` is 0."""
        caller.only_the_deployments()
        try:
            await measure(self._redis, self._metrics, self._clock)
        except RedisError:
            self._metrics.redis_away()
        return Response(self._metrics.written(), media_type=CONTENT_TYPE)

    def routes(self) -> list[Route]:
        """Return the path."""
        return [Route("/metrics", self._access.guarded(self.show), methods=["GET"])]
