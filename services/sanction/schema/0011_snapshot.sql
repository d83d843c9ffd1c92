-- Snapshots for those who screen offline. An item is in a snapshot from `added` on until before
-- `removed` (0: still), so each snapshot writes only what is new in it.
CREATE TABLE snapshot (
  sequence INT64 NOT NULL,
  list_revision INT64 NOT NULL,
  made INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (sequence)
);

CREATE TABLE snapshot_item (
  operator TEXT NOT NULL,
  entry TEXT NOT NULL,
  added INT64 NOT NULL,
  removed INT64 NOT NULL,
  item BYTES NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, entry, added)
);
CREATE INDEX snapshot_item_by_removed ON snapshot_item (removed);
