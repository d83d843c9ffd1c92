-- Which matters were decided elsewhere: who attests them, by which document.
CREATE TABLE attested_record (
  operator TEXT NOT NULL,
  matter TEXT NOT NULL,            -- "cases/…", "entries/…" or "bans/…"
  origin TEXT NOT NULL,
  source_id TEXT NOT NULL,
  authority TEXT NOT NULL,
  document TEXT NOT NULL,          -- SHA-256, hex
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, matter)
);

-- Under which id another system knows them, and what it said last.
CREATE TABLE attested_source (
  origin TEXT NOT NULL,
  source_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  operator TEXT NOT NULL,
  matter TEXT NOT NULL,
  content BYTES NOT NULL,
  ended TEXT NOT NULL,             -- how and when it ended; empty while it has not
  digest BYTES NOT NULL,
  PRIMARY KEY (origin, source_id, kind)
);
