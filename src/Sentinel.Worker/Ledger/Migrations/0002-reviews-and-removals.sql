-- When the original and its results were removed to make room. The row stays: what was found is not forgotten.
ALTER TABLE images ADD COLUMN removed_at TEXT;

-- What people said about a verdict, by moving the image. The last one holds.
CREATE TABLE reviews (
    id            INTEGER NOT NULL PRIMARY KEY,
    image_id      TEXT    NOT NULL REFERENCES images (id),
    product       TEXT    NOT NULL,
    outcome       TEXT    NOT NULL CHECK (outcome IN ('false-alarm', 'confirmed', 'missed')),
    path          TEXT    NOT NULL,
    model_version TEXT    NOT NULL,
    reviewed_at   TEXT    NOT NULL
);

CREATE INDEX reviews_image ON reviews (image_id, id);
CREATE INDEX reviews_product ON reviews (product, reviewed_at);

-- Files of good/ and defects/ that were held against the ledger, as they were then; only others are read again.
CREATE TABLE compared_files (
    path        TEXT    NOT NULL PRIMARY KEY,
    bytes       INTEGER NOT NULL,
    modified_at TEXT    NOT NULL
) WITHOUT ROWID;

-- What may be removed, oldest first.
CREATE INDEX images_kept ON images (product, filed_at) WHERE filed_at IS NOT NULL AND removed_at IS NULL;

-- Which images have this content, and where an image lies.
CREATE INDEX images_content ON images (product, sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX images_size ON images (product, bytes) WHERE verdict IS NOT NULL;
CREATE INDEX images_filed_path ON images (filed_path) WHERE filed_path IS NOT NULL;
