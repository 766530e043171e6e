"""A start that fails is raised where the server was started, not written as a traceback by it."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class ToldStart:
    """Stands before the application and keeps why it could not start or end; `fault` is None when it could."""

    def __init__(self, app: ASGIApp) -> None:
        """Take the application behind."""
        self._app = app
        self.fault: BaseException | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the whole life of the application."""
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return

        async def without_words(message: Message) -> None:
            if message["type"].endswith(".failed"):
                message = {"type": message["type"]}
            await send(message)

        try:
            await self._app(scope, receive, without_words)
        except Exception as error:
            self.fault = error
            raise
