# syntax=docker/dockerfile:1
# One image for the server, the worker and every command: what runs is the argument.

FROM python:3.11.14-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
COPY requirements.lock ./
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --quiet --require-hashes --requirement requirements.lock \
    && /opt/venv/bin/python -m compileall -q /opt/venv/lib \
    # The embedded Redis: who runs it may not change modes.
    && find /opt/venv \( -name redis-server -o -path '*redis-stack-server/lib/*.so' \) -type f \
        -exec chmod 755 {} +

FROM node:24.19.0-bookworm-slim AS panel
WORKDIR /build/panel
COPY panel/package.json panel/package-lock.json panel/.npmrc ./
RUN npm ci
COPY openapi.json ../
COPY panel ./
RUN npm run api && npm run build

FROM python:3.11.14-slim-bookworm AS code
WORKDIR /app
COPY . .
RUN rm -rf panel openapi.json
COPY --from=panel /build/panel/dist panel/dist
RUN python -m compileall -q .

FROM python:3.11.14-slim-bookworm
RUN groupadd --gid 10001 clinicdesk \
    && useradd --uid 10001 --gid clinicdesk --no-create-home --shell /usr/sbin/nologin clinicdesk \
    && install --directory --owner=clinicdesk --group=clinicdesk /data
COPY --from=build /opt/venv /opt/venv
COPY --from=code /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data \
    LOG_FORMAT=json
USER 10001:10001
# What the code reads has come along.
RUN python -c 'import server'
VOLUME /data
EXPOSE 8080
# What is in hand is finished before the process ends: give it 65 seconds.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-m", "commands.alive"]
ENTRYPOINT ["python", "server.py"]
CMD ["serve"]
