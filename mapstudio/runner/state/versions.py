"""The state file's format, one tuple of statements for each version; a newer one is appended, never edited."""

from __future__ import annotations

_FIRST = (
    """
    CREATE TABLE links (
        source_account TEXT NOT NULL,
        source_object TEXT NOT NULL,
        destination_account TEXT NOT NULL,
        destination_object TEXT NOT NULL,
        source_id TEXT NOT NULL,
        destination_id TEXT NOT NULL,
        run TEXT,
        linked_at TEXT NOT NULL,
        PRIMARY KEY (source_account, source_object, destination_account, destination_object, source_id)
    ) WITHOUT ROWID
    """,
    """
    CREATE INDEX links_by_destination
    ON links (destination_account, destination_object, destination_id)
    """,
    """
    CREATE TABLE runs (
        id TEXT PRIMARY KEY,
        started TEXT NOT NULL,
        ended TEXT,
        status TEXT NOT NULL,
        mapping TEXT NOT NULL,
        lock TEXT NOT NULL,
        source TEXT NOT NULL,
        destination TEXT NOT NULL,
        counts TEXT NOT NULL,
        report TEXT NOT NULL
    )
    """,
    "CREATE INDEX runs_by_start ON runs (started)",
    """
    CREATE TABLE run_records (
        run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        source_id TEXT NOT NULL,
        verb TEXT NOT NULL,
        destination_id TEXT,
        entry TEXT NOT NULL,
        PRIMARY KEY (run, source_id)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE dead_letters (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        mapping TEXT NOT NULL,
        source_account TEXT NOT NULL,
        destination_account TEXT NOT NULL,
        source_id TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        first_at TEXT NOT NULL,
        last_at TEXT NOT NULL,
        closed_at TEXT,
        run TEXT NOT NULL,
        reasons TEXT NOT NULL,
        record TEXT,
        output TEXT,
        UNIQUE (mapping, source_account, destination_account, source_id)
    )
    """,
    """
    CREATE TABLE checkpoints (
        mapping TEXT NOT NULL,
        source_account TEXT NOT NULL,
        source_object TEXT NOT NULL,
        destination_account TEXT NOT NULL,
        destination_object TEXT NOT NULL,
        position TEXT NOT NULL,
        mapping_digest TEXT NOT NULL,
        saved_at TEXT NOT NULL,
        PRIMARY KEY (mapping, source_account, source_object, destination_account, destination_object)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE intents (
        run TEXT NOT NULL,
        lock TEXT NOT NULL,
        source_account TEXT NOT NULL,
        source_object TEXT NOT NULL,
        destination_account TEXT NOT NULL,
        destination_object TEXT NOT NULL,
        source_id TEXT NOT NULL,
        destination_id TEXT,
        key TEXT NOT NULL,
        noted_at TEXT NOT NULL,
        PRIMARY KEY (run, source_id)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX intents_by_lock ON intents (lock)",
)

_REFUSALS = (
    """
    CREATE TABLE refusals (
        mapping TEXT NOT NULL,
        source_account TEXT NOT NULL,
        source_object TEXT NOT NULL,
        destination_account TEXT NOT NULL,
        destination_object TEXT NOT NULL,
        source_id TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        reasons TEXT NOT NULL,
        refused_at TEXT NOT NULL,
        PRIMARY KEY (mapping, source_account, source_object, destination_account, destination_object, source_id)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX refusals_by_time ON refusals (refused_at)",
)

_REVIEWS = (
    """
    CREATE TABLE reviews (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        mapping TEXT NOT NULL,
        source_account TEXT NOT NULL,
        source_object TEXT NOT NULL,
        destination_account TEXT NOT NULL,
        destination_object TEXT NOT NULL,
        source_id TEXT NOT NULL,
        sent INTEGER NOT NULL,
        key TEXT,
        first_at TEXT NOT NULL,
        last_at TEXT NOT NULL,
        run TEXT NOT NULL,
        reasons TEXT NOT NULL,
        found TEXT NOT NULL,
        record TEXT,
        output TEXT,
        declined TEXT NOT NULL DEFAULT '[]',
        decision TEXT,
        chosen TEXT,
        decided_at TEXT,
        closed_at TEXT,
        UNIQUE (source_account, source_object, destination_account, destination_object, source_id)
    )
    """,
)

_INBOX = (
    """
    CREATE TABLE inbox (
        mapping TEXT NOT NULL,
        lock TEXT NOT NULL,
        account TEXT NOT NULL,
        object TEXT NOT NULL,
        field TEXT NOT NULL,
        value TEXT NOT NULL,
        event TEXT NOT NULL,
        events INTEGER NOT NULL DEFAULT 1,
        version INTEGER NOT NULL DEFAULT 1,
        attempts INTEGER NOT NULL DEFAULT 0,
        first_at TEXT NOT NULL,
        last_at TEXT NOT NULL,
        due_at TEXT NOT NULL,
        PRIMARY KEY (lock, account, object, field, value)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX inbox_by_time ON inbox (lock, due_at)",
    """
    CREATE TABLE events_seen (
        lock TEXT NOT NULL,
        account TEXT NOT NULL,
        identity TEXT NOT NULL,
        seen_at TEXT NOT NULL,
        PRIMARY KEY (lock, account, identity)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX events_seen_by_time ON events_seen (seen_at)",
)

VERSIONS: tuple[tuple[str, ...], ...] = (_FIRST, _REFUSALS, _INBOX, _REVIEWS)
