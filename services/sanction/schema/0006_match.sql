-- What people decided about a subject and a listed party: one row for the two and an organisation,
-- and what happened to it. `subject` and the materials are digests; they go with either side's erasure.
CREATE TABLE match_decision (
  operator TEXT NOT NULL,
  organisation TEXT NOT NULL,
  subject BYTES NOT NULL,
  decision TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, organisation, subject)
);
CREATE UNIQUE INDEX match_decision_by_name ON match_decision (operator, decision);
CREATE INDEX match_decision_by_organisation ON match_decision (organisation, decision);
CREATE INDEX match_decision_by_subject ON match_decision (subject);

-- Append-only: a withdrawal is one more row.
CREATE TABLE match_decision_event (
  operator TEXT NOT NULL,
  decision TEXT NOT NULL,
  sequence INT64 NOT NULL,
  act INT64 NOT NULL CHECK (act BETWEEN 1 AND 2),
  verdict INT64 NOT NULL CHECK (verdict BETWEEN 1 AND 2),
  recorded INT64 NOT NULL,
  subject_material BYTES NOT NULL,
  listed_material BYTES NOT NULL,
  matcher TEXT NOT NULL,
  clocks TEXT NOT NULL,
  system TEXT NOT NULL,
  person TEXT NOT NULL,
  organisation TEXT NOT NULL,
  card TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, decision, sequence)
);
