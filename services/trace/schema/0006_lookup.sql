-- The registered name of the operator at a place, where it is a firm's and not a person's; NULL and
-- empty: none. Places that were heard of before have theirs when registry tells of them again.
ALTER TABLE genealogy_place ADD COLUMN title TEXT;

-- What a scanned code finds its recalls by.
CREATE INDEX recall_lot_by_epc ON recall_lot (epc, recall);
CREATE INDEX recall_by_lot ON recall (lot, recall);

-- Codes issued, one for each identifier and operator, never changed after.
CREATE TABLE lookup_code (
  epc TEXT NOT NULL,
  operator TEXT NOT NULL,
  code TEXT NOT NULL,           -- a UUID that sorts by the time of its issue
  kind INT64 NOT NULL,
  lot TEXT NOT NULL,            -- of an item; empty when it was not given
  link TEXT NOT NULL,
  region TEXT NOT NULL,
  system TEXT NOT NULL,         -- that asked for it
  issued INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (epc, operator)
);
CREATE UNIQUE INDEX lookup_code_by_id ON lookup_code (code);
CREATE INDEX lookup_code_by_operator ON lookup_code (operator, code);

-- How often an identifier was looked up on a day; only of those that are recorded or have a code.
CREATE TABLE lookup_scan (
  epc TEXT NOT NULL,
  day TEXT NOT NULL,            -- "2025-03-03"
  count INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (epc, day)
);
