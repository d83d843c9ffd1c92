-- Subjects that systems saved, to be screened again by themselves. `subject` is the digest by which an
-- erased party is found among them. A removed one keeps its place, without its words, until the work
-- that screens has seen it.
CREATE TABLE saved_subject (
  system TEXT NOT NULL,
  list TEXT NOT NULL,
  ref TEXT NOT NULL,
  sequence INT64 NOT NULL,
  subject BYTES NOT NULL,
  code TEXT NOT NULL,
  organisation TEXT NOT NULL,
  name TEXT NOT NULL,
  saved INT64 NOT NULL,
  removed BOOL NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (system, list, ref)
);
CREATE INDEX saved_subject_by_sequence ON saved_subject (sequence);
CREATE INDEX saved_subject_by_subject ON saved_subject (subject);

-- Entries that a saved subject may be, as of its last screening.
CREATE TABLE saved_hit (
  system TEXT NOT NULL,
  list TEXT NOT NULL,
  ref TEXT NOT NULL,
  operator TEXT NOT NULL,
  entry TEXT NOT NULL,
  band INT64 NOT NULL CHECK (band BETWEEN 1 AND 2),
  score INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (system, list, ref, operator, entry)
);
CREATE INDEX saved_hit_by_operator ON saved_hit (operator);

-- What was new, in order. Erased with its subject.
CREATE TABLE saved_alert (
  system TEXT NOT NULL,
  sequence INT64 NOT NULL,
  kind INT64 NOT NULL CHECK (kind BETWEEN 1 AND 3),
  list TEXT NOT NULL,
  ref TEXT NOT NULL,
  operator TEXT NOT NULL,
  entry TEXT NOT NULL,
  band INT64 NOT NULL,
  score INT64 NOT NULL,
  recorded INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (system, sequence)
);
CREATE INDEX saved_alert_by_subject ON saved_alert (system, list, ref);

-- How many subjects a system has, and the last number that its alerts were given; the row of no system
-- numbers the changes of subjects.
CREATE TABLE saved_counter (
  system TEXT NOT NULL,
  subjects INT64 NOT NULL,
  last INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (system)
);

-- How far the work that screens has come: one row.
CREATE TABLE saved_progress (
  id INT64 NOT NULL,
  list_revision INT64 NOT NULL,
  subject_sequence INT64 NOT NULL,
  rules BYTES NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (id)
);
