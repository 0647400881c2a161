# One image for web server and worker; compose.yaml says which it is.
FROM python:3.12-slim-bookworm

# pg_dump and pg_restore for `manage.py backup` and `restore`.
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir --disable-pip-version-check -r requirements.txt

COPY . .
# Static files and the typeface are made once, here; the keys of this step are thrown away with it.
RUN useradd --system --uid 10001 --create-home aftercall \
    && export SECRET_KEY=only-while-building FIELD_ENCRYPTION_KEYS=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8= \
    && python manage.py build_fonts \
    && python manage.py collectstatic --noinput --verbosity 0 \
    && rm -f var/*.sqlite3* \
    && chown -R aftercall var
USER aftercall

ENV PYTHONUNBUFFERED=1
EXPOSE 8000
# Threads, so that a slow dial keeps nobody waiting (the vendor is given ten seconds).
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--no-control-socket"]
