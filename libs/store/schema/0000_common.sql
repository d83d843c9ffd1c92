-- The tables every store has, before its service's own.

-- Who writes here; one row. A file moved under another service or region is refused.
CREATE TABLE store_identity (
  origin TEXT NOT NULL,
  PRIMARY KEY (origin)
);

-- Successful writes by caller and request id, so that a repeated request gets its first answer.
CREATE TABLE request (
  caller TEXT NOT NULL,
  request_id TEXT NOT NULL,
  body_digest BYTES NOT NULL,
  reply BYTES NOT NULL,
  recorded INT64 NOT NULL,      -- real time: retries happen in real time
  digest BYTES NOT NULL,
  PRIMARY KEY (caller, request_id)
);
CREATE INDEX request_by_age ON request (recorded);

-- The epoch of each log (0 facts, 1 public, 2 audit): one more after a restore that lost entries.
CREATE TABLE log_head (
  log INT64 NOT NULL,
  epoch INT64 NOT NULL,
  PRIMARY KEY (log)
);
INSERT INTO log_head (log, epoch) VALUES (0, 1);
INSERT INTO log_head (log, epoch) VALUES (1, 1);
INSERT INTO log_head (log, epoch) VALUES (2, 1);

-- Entry n is leaf n - 1 of its log's tree. Erasure empties salt and payload and nothing else.
CREATE TABLE log_entry (
  log INT64 NOT NULL CHECK (log BETWEEN 0 AND 2),
  sequence INT64 NOT NULL CHECK (sequence > 0),
  epoch INT64 NOT NULL,
  type TEXT NOT NULL,
  subject TEXT NOT NULL,
  region TEXT NOT NULL,
  time INT64 NOT NULL,
  recorded INT64 NOT NULL,
  cause TEXT NOT NULL,
  commitment BYTES NOT NULL,
  salt BYTES,
  payload BYTES,
  digest BYTES NOT NULL,
  PRIMARY KEY (log, sequence)
);
CREATE INDEX log_entry_by_subject ON log_entry (subject, log, sequence);

-- The trees: in a row the hashes, up to 16 of 32 bytes, of neighbouring complete subtrees. Level n
-- counts in fours: its subtrees have 16^n leaves.
CREATE TABLE log_tile (
  log INT64 NOT NULL,
  level INT64 NOT NULL,
  position INT64 NOT NULL,
  hashes BYTES NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (log, level, position)
);

-- Signed tree heads. recorded is the clock that known_at asks by.
CREATE TABLE log_checkpoint (
  log INT64 NOT NULL,
  size INT64 NOT NULL,
  recorded INT64 NOT NULL,
  root BYTES NOT NULL,
  note TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (log, size)
);
CREATE INDEX log_checkpoint_by_time ON log_checkpoint (log, recorded);

-- How far each consumer here has followed each origin; moved in the effect's transaction.
CREATE TABLE consumer_cursor (
  consumer TEXT NOT NULL,
  origin TEXT NOT NULL,
  cursor TEXT NOT NULL,
  last INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (consumer, origin)
);
