-- What camera and light did to an image; drift shows over many of them.
CREATE TABLE measures (
    image_id   TEXT NOT NULL PRIMARY KEY REFERENCES images (id),
    brightness REAL NOT NULL,
    contrast   REAL NOT NULL,
    sharpness  REAL NOT NULL,
    noise      REAL NOT NULL
) WITHOUT ROWID;

-- What a model that is not in use said of live images beside the one that is.
CREATE TABLE shadow_scores (
    image_id      TEXT NOT NULL REFERENCES images (id),
    product       TEXT NOT NULL,
    model_version TEXT NOT NULL,
    score         REAL NOT NULL,
    p_value       REAL NOT NULL,
    verdict       TEXT NOT NULL CHECK (verdict IN ('normal', 'suspect', 'anomalous')),
    PRIMARY KEY (image_id, model_version)
) WITHOUT ROWID;

CREATE INDEX shadow_scores_model ON shadow_scores (product, model_version);

-- Drift that is on.
CREATE TABLE drifts (
    product TEXT NOT NULL,
    signal  TEXT NOT NULL,
    since   TEXT NOT NULL,
    PRIMARY KEY (product, signal)
) WITHOUT ROWID;

-- Who or what did what, when, with which model, to which image. Each entry holds the hash of the one before it.
CREATE TABLE audit (
    number        INTEGER NOT NULL PRIMARY KEY,
    at            TEXT    NOT NULL,
    actor         TEXT    NOT NULL,
    event         TEXT    NOT NULL,
    product       TEXT    NOT NULL,
    model_version TEXT,
    image_id      TEXT,
    detail        TEXT    NOT NULL,
    previous      TEXT    NOT NULL,
    hash          TEXT    NOT NULL
);

CREATE INDEX audit_image ON audit (image_id) WHERE image_id IS NOT NULL;
CREATE INDEX audit_event ON audit (product, event);

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'The audit trail is only added to.'); END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'The audit trail is only added to.'); END;

-- The newest verdicts of a product, and which models gave them.
CREATE INDEX images_inspected ON images (product, inspected_at) WHERE verdict IS NOT NULL;
CREATE INDEX images_model ON images (product, model_version) WHERE verdict IS NOT NULL;
