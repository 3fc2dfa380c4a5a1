# Build:  docker build -t policytrail .
# Crawl:  docker run --rm -v policies:/archive -e POLICYTRAIL_CONTACT=you@your-institute.org policytrail crawl archive.db rei.com
# Serve:  docker run --rm -v policies:/archive -p 8001:8001 policytrail serve archive.db --host 0.0.0.0
# The volume /archive stores the archive, and in /archive/.state the rate limits that all crawls share.

FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/policytrail
COPY requirements.lock ./
# Only wheels: to build anything, pip would download build tools that no lock file names.
RUN /opt/policytrail/bin/pip install --no-cache-dir --only-binary :all: --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY crawler crawler
COPY db db
COPY extract extract
COPY policytrail policytrail
RUN /opt/policytrail/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /archive --shell /usr/sbin/nologin policytrail \
    && install -d -o policytrail -g policytrail /archive
COPY --from=build /opt/policytrail /opt/policytrail
ENV PATH="/opt/policytrail/bin:$PATH" \
    POLICYTRAIL_STATE=/archive/.state \
    PYTHONUNBUFFERED=1
USER policytrail
WORKDIR /archive
VOLUME /archive
EXPOSE 8001
# Every command ends cleanly on SIGINT and SIGTERM; the next crawl continues where it stopped.
STOPSIGNAL SIGINT
ENTRYPOINT ["policytrail"]
CMD ["--help"]
