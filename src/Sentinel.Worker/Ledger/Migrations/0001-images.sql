-- One row per image that was ever taken out of the inbox. Paths are relative to the data root, times are UTC in ISO 8601.
CREATE TABLE images (
    id            TEXT    NOT NULL PRIMARY KEY,
    product       TEXT    NOT NULL,
    file          TEXT    NOT NULL,
    inbox_path    TEXT    NOT NULL,
    bytes         INTEGER NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('seen', 'claimed', 'inspected', 'filed', 'failed')),
    attempts      INTEGER NOT NULL DEFAULT 0,
    received_at   TEXT    NOT NULL,
    claimed_at    TEXT    NOT NULL,
    inspected_at  TEXT,
    filed_at      TEXT,
    sha256        TEXT,
    width         INTEGER,
    height        INTEGER,
    verdict       TEXT    CHECK (verdict IN ('normal', 'suspect', 'anomalous')),
    score         REAL,
    threshold     REAL,
    ratio         REAL,
    p_value       REAL,
    model_version TEXT,
    regions       TEXT,
    filed_path    TEXT,
    result_path   TEXT,
    duplicate_of  TEXT REFERENCES images (id),
    reason        TEXT,
    message       TEXT
);

-- The same content of one product has one verdict, whatever happens.
CREATE UNIQUE INDEX images_verdict ON images (product, sha256) WHERE verdict IS NOT NULL;

-- What a start has to finish: a handful of rows among millions.
CREATE INDEX images_open ON images (received_at) WHERE filed_at IS NULL;

CREATE INDEX images_received ON images (product, received_at);
