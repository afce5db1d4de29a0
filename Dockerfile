FROM python:3.13-slim AS build
WORKDIR /app
COPY requirements.txt constraints.txt ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir -r requirements.txt -c constraints.txt

FROM python:3.13-slim
RUN useradd --system --no-create-home lms
WORKDIR /app
COPY --from=build /venv /venv
COPY manage.py ./
COPY lms lms
COPY accounts accounts
COPY media media
COPY courses courses
COPY certificates certificates
COPY learning learning
COPY assessments assessments
COPY payments payments
COPY docs/*.md docs/llms.txt docs/
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# The image is read-only while it runs: without this every start compiles the application.
RUN python -m compileall -q .
# Collecting static files needs no secret. These placeholder values are not kept in the image.
RUN DEBUG=1 MONGODB_URI=mongodb://unused python manage.py collectstatic --no-input
# Which build this is, in the logs: docker build --build-arg BUILD=$(git rev-parse --short HEAD) .
ARG BUILD=""
ENV BUILD=$BUILD
USER lms
EXPOSE 8000 8001
HEALTHCHECK CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8001/', timeout=3)"]
CMD ["python", "-m", "lms.server", "--host", "0.0.0.0", "--live-port", "8001"]
