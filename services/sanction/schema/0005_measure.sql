-- Orders keep what the catalogue says of start, end, effect and clocks. Those of before have none of it:
-- they began with their publication and ended with their entry.
ALTER TABLE measure ADD COLUMN organisation TEXT;
ALTER TABLE measure ADD COLUMN starts INT64;
ALTER TABLE measure ADD COLUMN ends INT64;
ALTER TABLE measure ADD COLUMN period_months INT64;
ALTER TABLE measure ADD COLUMN effect INT64;
ALTER TABLE measure ADD COLUMN visits_percent INT64;
ALTER TABLE measure ADD COLUMN lift_clock TEXT;
ALTER TABLE measure ADD COLUMN objection_clock TEXT;
ALTER TABLE measure ADD COLUMN objection_chain TEXT;

-- Objections, their answers and liftings are events too. A CHECK cannot be changed in place.
ALTER TABLE measure_event RENAME TO measure_event_before;
CREATE TABLE measure_event (
  operator TEXT NOT NULL,
  measure TEXT NOT NULL,
  sequence INT64 NOT NULL,
  act INT64 NOT NULL CHECK (act BETWEEN 1 AND 7),
  time INT64 NOT NULL,
  recorded INT64 NOT NULL,
  system TEXT NOT NULL,
  outcome INT64 NOT NULL,
  person TEXT,
  organisation TEXT,
  card TEXT,
  clocks TEXT,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, measure, sequence)
);
INSERT INTO measure_event (operator, measure, sequence, act, time, recorded, system, outcome, digest)
  SELECT operator, measure, sequence, act, time, recorded, system, outcome, digest
  FROM measure_event_before;
DROP TABLE measure_event_before;

-- Measures whose end has not been told yet, and when each is to be looked at again. An index over
-- facts, without a digest.
CREATE TABLE measure_running (
  operator TEXT NOT NULL,
  measure TEXT NOT NULL,
  until INT64 NOT NULL,
  PRIMARY KEY (operator, measure)
);
CREATE INDEX measure_running_by_until ON measure_running (until);
-- Those whose entry was repaired, expired or annulled before ended then; nobody waits for their lifting.
INSERT INTO measure_running (operator, measure, until)
  SELECT m.operator, m.measure, 0 FROM measure m WHERE NOT EXISTS (
    SELECT 1 FROM listing_event e
    WHERE e.operator = m.operator AND e.entry = m.entry AND e.act IN (4, 6, 7));
