-- Where a product asks for it, the same content may get a further verdict; the first one stays the only first one.
ALTER TABLE images ADD COLUMN repeats INTEGER NOT NULL DEFAULT 0 CHECK (repeats IN (0, 1));
DROP INDEX images_verdict;
CREATE UNIQUE INDEX images_verdict ON images (product, sha256) WHERE verdict IS NOT NULL AND repeats = 0;
