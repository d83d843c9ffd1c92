-- Bans on people. The person is known by keyed hashes (ban_person); the name is a text of "bans/…" in
-- matter_text, erasable as all of them.
CREATE TABLE ban (
  operator TEXT NOT NULL,
  ban TEXT NOT NULL,
  region TEXT NOT NULL,
  organisation TEXT NOT NULL,
  ground TEXT NOT NULL,
  ground_title TEXT NOT NULL,
  statute TEXT NOT NULL,
  article TEXT NOT NULL,
  role INT64 NOT NULL CHECK (role BETWEEN 1 AND 4),
  case_id TEXT NOT NULL,           -- empty with a judgment
  judgment_number TEXT NOT NULL,
  judgment_court TEXT NOT NULL,
  bars TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  valid_until TEXT NOT NULL,       -- empty for life
  rule_revision TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, ban)
);
CREATE INDEX ban_by_region ON ban (region, ban);
CREATE INDEX ban_by_end ON ban (valid_until);

CREATE TABLE ban_event (
  operator TEXT NOT NULL,
  ban TEXT NOT NULL,
  sequence INT64 NOT NULL,
  act INT64 NOT NULL CHECK (act BETWEEN 1 AND 4),
  time INT64 NOT NULL,
  recorded INT64 NOT NULL,
  person TEXT NOT NULL,
  organisation TEXT NOT NULL,
  card TEXT NOT NULL,
  chain_revision TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, ban, sequence)
);

-- Whom a ban is on: a row for each key under which the hash is known.
CREATE TABLE ban_person (
  hash BYTES NOT NULL,
  key_id TEXT NOT NULL,
  operator TEXT NOT NULL,
  ban TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (hash, key_id, operator, ban)
);
CREATE INDEX ban_person_by_ban ON ban_person (operator, ban);
CREATE INDEX ban_person_by_key ON ban_person (key_id);

-- Changes with each ban of a person, so that two officers do not make the same one at once.
CREATE TABLE ban_guard (
  hash BYTES NOT NULL,
  version INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (hash)
);
