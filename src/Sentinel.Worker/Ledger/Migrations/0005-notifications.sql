-- What has still to be told to others, for each channel; a row goes when its receiver has taken it. What is told is in the image's row
-- and in its result file.
CREATE TABLE notifications (
    id          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    channel     TEXT    NOT NULL,
    image_id    TEXT    NOT NULL REFERENCES images (id),
    product     TEXT    NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    due_at      TEXT    NOT NULL,
    given_up_at TEXT,
    problem     TEXT,
    UNIQUE (channel, image_id)
);

-- The next one of each product.
CREATE INDEX notifications_next ON notifications (channel, product, id) WHERE given_up_at IS NULL;

-- Flagged images that wait for a person: a handful among millions.
CREATE INDEX images_flagged ON images (product) WHERE verdict IN ('suspect', 'anomalous') AND removed_at IS NULL;
