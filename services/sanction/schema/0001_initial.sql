-- Cases, listings, measures. Every key of a matter leads with its operator, so that one operator's
-- facts stay together. Texts, names and documents' titles lie apart: they are erasable.

-- Who the registry (or a filing) says a party is. The id is public; the names are not here.
CREATE TABLE party (
  operator TEXT NOT NULL,
  natural_person BOOL NOT NULL,
  recorded INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator)
);

-- Every name and code a party has had; the last one is current. Erasable.
CREATE TABLE party_name (
  operator TEXT NOT NULL,
  sequence INT64 NOT NULL,
  name TEXT NOT NULL,
  code TEXT NOT NULL,
  recorded INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, sequence)
);

CREATE TABLE lead (
  operator TEXT NOT NULL,
  lead TEXT NOT NULL,
  region TEXT NOT NULL,
  evidence TEXT NOT NULL,
  summary TEXT NOT NULL,
  found INT64 NOT NULL,
  recorded INT64 NOT NULL,
  cause TEXT NOT NULL,
  clock TEXT NOT NULL,
  case_id TEXT NOT NULL,
  taken_up INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, lead)
);
CREATE INDEX lead_by_region ON lead (region, lead);

CREATE TABLE sanction_case (
  operator TEXT NOT NULL,
  case_id TEXT NOT NULL,
  number TEXT NOT NULL,
  region TEXT NOT NULL,
  organisation TEXT NOT NULL,
  leads TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, case_id)
);
CREATE UNIQUE INDEX sanction_case_by_number ON sanction_case (organisation, number);
CREATE INDEX sanction_case_by_region ON sanction_case (region, case_id);

-- The chain of acts. Append-only: an annulment is one more row.
CREATE TABLE case_event (
  operator TEXT NOT NULL,
  case_id TEXT NOT NULL,
  sequence INT64 NOT NULL,
  act INT64 NOT NULL CHECK (act BETWEEN 1 AND 14),
  time INT64 NOT NULL,
  recorded INT64 NOT NULL,
  person TEXT NOT NULL,
  organisation TEXT NOT NULL,
  card TEXT NOT NULL,
  chain_revision TEXT NOT NULL,
  clocks TEXT NOT NULL,
  reference TEXT NOT NULL,
  needs_consent BOOL NOT NULL,
  until TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, case_id, sequence)
);

CREATE TABLE case_notice (
  operator TEXT NOT NULL,
  case_id TEXT NOT NULL,
  sequence INT64 NOT NULL,
  kinds TEXT NOT NULL,
  fine_fen INT64 NOT NULL,
  listing_announced BOOL NOT NULL,
  hearing_offered BOOL NOT NULL,
  service_method TEXT NOT NULL,
  confiscation_fen INT64 NOT NULL,
  ban_months INT64 NOT NULL,
  aggravated BOOL NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, case_id, sequence)
);

CREATE TABLE case_penalty (
  operator TEXT NOT NULL,
  case_id TEXT NOT NULL,
  sequence INT64 NOT NULL,
  organisation TEXT NOT NULL,
  decision_number TEXT NOT NULL,
  kinds TEXT NOT NULL,
  fine_fen INT64 NOT NULL,
  confiscation_fen INT64 NOT NULL,
  aggravated BOOL NOT NULL,
  ban_months INT64 NOT NULL,
  bases TEXT NOT NULL,
  heavier BOOL NOT NULL,
  heavier_revision TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, case_id, sequence)
);
CREATE UNIQUE INDEX case_penalty_by_number ON case_penalty (organisation, decision_number);

CREATE TABLE listing_entry (
  operator TEXT NOT NULL,
  entry TEXT NOT NULL,
  case_id TEXT NOT NULL,
  region TEXT NOT NULL,
  organisation TEXT NOT NULL,
  list TEXT NOT NULL,
  ground TEXT NOT NULL,
  ground_title TEXT NOT NULL,
  statute TEXT NOT NULL,
  article TEXT NOT NULL,
  rule_revision TEXT NOT NULL,
  decision_number TEXT NOT NULL,
  until TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, entry)
);
CREATE INDEX listing_entry_by_region ON listing_entry (region, entry);
CREATE INDEX listing_entry_by_until ON listing_entry (until);

CREATE TABLE listing_event (
  operator TEXT NOT NULL,
  entry TEXT NOT NULL,
  sequence INT64 NOT NULL,
  act INT64 NOT NULL CHECK (act BETWEEN 1 AND 7),
  time INT64 NOT NULL,
  recorded INT64 NOT NULL,
  person TEXT NOT NULL,
  organisation TEXT NOT NULL,
  card TEXT NOT NULL,
  chain_revision TEXT NOT NULL,
  clocks TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, entry, sequence)
);

-- What the screening index follows: one row whenever the list, or a listed party's name, changes.
CREATE TABLE list_change (
  sequence INT64 NOT NULL,
  operator TEXT NOT NULL,
  recorded INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (sequence)
);

CREATE TABLE measure (
  operator TEXT NOT NULL,
  measure TEXT NOT NULL,
  entry TEXT NOT NULL,
  region TEXT NOT NULL,
  item TEXT NOT NULL,
  title TEXT NOT NULL,
  system TEXT NOT NULL,            -- of the department that carries it out
  department_title TEXT NOT NULL,
  statute TEXT NOT NULL,
  article TEXT NOT NULL,
  catalogue_revision TEXT NOT NULL,
  clocks TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, measure)
);
CREATE INDEX measure_by_system ON measure (system, measure);
CREATE INDEX measure_by_region ON measure (region, measure);

CREATE TABLE measure_event (
  operator TEXT NOT NULL,
  measure TEXT NOT NULL,
  sequence INT64 NOT NULL,
  act INT64 NOT NULL CHECK (act BETWEEN 1 AND 3),
  time INT64 NOT NULL,
  recorded INT64 NOT NULL,
  system TEXT NOT NULL,
  outcome INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, measure, sequence)
);

-- What people wrote, by matter ("cases/…", "entries/…", "measures/…"), act and part. Erasable.
CREATE TABLE matter_text (
  operator TEXT NOT NULL,
  matter TEXT NOT NULL,
  sequence INT64 NOT NULL,
  part TEXT NOT NULL,
  text TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, matter, sequence, part)
);

-- The documents that prove an act. Erasable, because titles name people.
CREATE TABLE matter_document (
  operator TEXT NOT NULL,
  matter TEXT NOT NULL,
  sequence INT64 NOT NULL,
  position INT64 NOT NULL,
  sha256 TEXT NOT NULL,
  title TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size_bytes INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, matter, sequence, position)
);
