-- More acts than the first fourteen. The table is made anew, since a check cannot be changed in place;
-- its rows keep their digests, which name the table and the columns.
CREATE TABLE case_event_next (
  operator TEXT NOT NULL,
  case_id TEXT NOT NULL,
  sequence INT64 NOT NULL,
  act INT64 NOT NULL CHECK (act BETWEEN 1 AND 99),
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
INSERT INTO case_event_next (operator, case_id, sequence, act, time, recorded, person, organisation,
                             card, chain_revision, clocks, reference, needs_consent, until, digest)
  SELECT operator, case_id, sequence, act, time, recorded, person, organisation, card,
         chain_revision, clocks, reference, needs_consent, until, digest
  FROM case_event;
DROP TABLE case_event;
ALTER TABLE case_event_next RENAME TO case_event;

-- What an act states beyond its text, by name: numbers, words, moments. Append-only. What people wrote
-- is in matter_text.
CREATE TABLE case_detail (
  operator TEXT NOT NULL,
  case_id TEXT NOT NULL,
  sequence INT64 NOT NULL,
  name TEXT NOT NULL,
  number INT64 NOT NULL,
  word TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, case_id, sequence, name)
);
