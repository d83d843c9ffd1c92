-- Inspection's facts. The key is led by the operator; draws lead with their own number, which is
-- organisation and year, and what an origin calls a record is its own key.

-- Copies of the registry's facts. title is empty for persons; erasure empties it for everyone.
CREATE TABLE frame_unit (
  operator TEXT NOT NULL,
  region TEXT NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  trading BOOL NOT NULL,
  grade TEXT NOT NULL,
  origin TEXT NOT NULL,
  source_id TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator)
);
CREATE INDEX frame_unit_by_region ON frame_unit (region, kind, grade);
CREATE INDEX frame_unit_by_source ON frame_unit (origin, source_id);

CREATE TABLE frame_inspector (
  inspector TEXT NOT NULL,
  region TEXT NOT NULL,
  organisation TEXT NOT NULL,
  specialities TEXT NOT NULL,   -- comma between items
  conflicts TEXT NOT NULL,      -- comma between items
  active BOOL NOT NULL,
  card_valid_to TEXT,
  digest BYTES NOT NULL,
  PRIMARY KEY (inspector)
);
CREATE INDEX frame_inspector_by_region ON frame_inspector (region);

CREATE TABLE frame_laboratory (
  laboratory TEXT NOT NULL,
  region TEXT NOT NULL,
  system TEXT NOT NULL,
  scopes TEXT NOT NULL,
  affiliates TEXT NOT NULL,
  valid_from TEXT,
  valid_to TEXT,
  reinspection BOOL NOT NULL,
  suspended BOOL NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (laboratory)
);

-- The last number given out: drawing numbers have no gaps.
CREATE TABLE draw_counter (
  organisation TEXT NOT NULL,
  year INT64 NOT NULL,
  last INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (organisation, year)
);

CREATE TABLE draw (
  draw TEXT NOT NULL,
  region TEXT NOT NULL,
  state INT64 NOT NULL,
  version INT64 NOT NULL,
  created INT64 NOT NULL,
  body BYTES NOT NULL,          -- dated acts and results
  digest BYTES NOT NULL,
  PRIMARY KEY (draw)
);
CREATE INDEX draw_by_region ON draw (region, draw);
CREATE INDEX draw_by_state ON draw (state, draw);

-- The frame that a lock fixed, in parts of a thousand ids; stratum -1 holds the roster.
CREATE TABLE draw_frame (
  draw TEXT NOT NULL,
  stratum INT64 NOT NULL,
  part INT64 NOT NULL,
  ids BYTES NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (draw, stratum, part)
);

-- One row per sample for lists; what it is follows from its acts.
CREATE TABLE sample (
  operator TEXT NOT NULL,
  number INT64 NOT NULL,
  region TEXT NOT NULL,
  state INT64 NOT NULL,
  outcome INT64 NOT NULL,
  version INT64 NOT NULL,
  recorded INT64 NOT NULL,
  origin TEXT NOT NULL,
  source_id TEXT NOT NULL,
  authority TEXT NOT NULL,
  document_sha256 TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, number)
);
CREATE INDEX sample_by_region ON sample (region, operator, number);
CREATE INDEX sample_by_state ON sample (state, operator, number);

CREATE TABLE sample_act (
  operator TEXT NOT NULL,
  number INT64 NOT NULL,
  sequence INT64 NOT NULL,
  word TEXT NOT NULL,
  time INT64 NOT NULL,
  recorded INT64 NOT NULL,
  person TEXT NOT NULL,
  organisation TEXT NOT NULL,
  card TEXT NOT NULL,
  system TEXT NOT NULL,
  body BYTES NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, number, sequence)
);

CREATE TABLE sample_source (
  origin TEXT NOT NULL,
  source_id TEXT NOT NULL,
  operator TEXT NOT NULL,
  number INT64 NOT NULL,
  content BYTES NOT NULL,       -- SHA-256 of what was imported last
  digest BYTES NOT NULL,
  PRIMARY KEY (origin, source_id)
);

-- A visit. Who made it lies in a table of its own and goes to nobody.
CREATE TABLE visit (
  operator TEXT NOT NULL,
  number INT64 NOT NULL,
  region TEXT NOT NULL,
  day TEXT NOT NULL,
  kind INT64 NOT NULL,
  result INT64 NOT NULL,
  version INT64 NOT NULL,
  recorded INT64 NOT NULL,
  origin TEXT NOT NULL,
  source_id TEXT NOT NULL,
  authority TEXT NOT NULL,
  document_sha256 TEXT NOT NULL,
  body BYTES NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, number)
);
CREATE INDEX visit_by_region ON visit (region, operator, number);
CREATE INDEX visit_by_day ON visit (operator, day);

CREATE TABLE visit_inspector (
  operator TEXT NOT NULL,
  number INT64 NOT NULL,
  inspectors TEXT NOT NULL,     -- comma between items
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, number)
);

CREATE TABLE visit_source (
  origin TEXT NOT NULL,
  source_id TEXT NOT NULL,
  operator TEXT NOT NULL,
  number INT64 NOT NULL,
  content BYTES NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (origin, source_id)
);

-- How often an operator is visited, from when on: never overwritten.
CREATE TABLE visit_frequency (
  operator TEXT NOT NULL,
  since INT64 NOT NULL,
  recorded INT64 NOT NULL,
  grade TEXT NOT NULL,
  visits_min INT64 NOT NULL,
  visits_max INT64 NOT NULL,
  per_months INT64 NOT NULL,
  policy_revision TEXT NOT NULL,
  cause TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, since)
);
