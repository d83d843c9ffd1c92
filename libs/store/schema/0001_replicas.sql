-- What several processes over one store need; on an engine of one writer these tables stay empty.

-- Work that one process does for all (a lease). Who holds it counts `beat` on while it works; whoever sees
-- it stand still for long enough takes over with the next token, and the old holder's token means
-- nothing any more. No clock is compared with another machine's.
CREATE TABLE lease (
  name TEXT NOT NULL,
  token INT64 NOT NULL,
  beat INT64 NOT NULL,
  PRIMARY KEY (name)
);

-- The version of everything that hangs together (an operator, a lot): each write that reports about
-- it moves the row, so that two of them never stand side by side. A version is microseconds since
-- 1970 UTC at least, and one more than the one before.
CREATE TABLE subject_version (
  shard TEXT NOT NULL,
  version INT64 NOT NULL,
  PRIMARY KEY (shard)
);

-- Changes whose place in their log is not settled yet. The order is that of (version, position).
CREATE TABLE log_pending (
  shard TEXT NOT NULL,
  version INT64 NOT NULL,
  position INT64 NOT NULL,
  log INT64 NOT NULL CHECK (log BETWEEN 0 AND 2),
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
  PRIMARY KEY (shard, version, position)
);
CREATE INDEX log_pending_by_order ON log_pending (log, version, position, shard);
CREATE INDEX log_pending_by_subject ON log_pending (subject);
