-- Up to which place in the order of capture the dates below are taken from the events.
CREATE TABLE judgement_progress (
  name TEXT NOT NULL,
  last INT64 NOT NULL,
  PRIMARY KEY (name)
);
INSERT INTO judgement_progress (name, last) VALUES ('expiry', 0);

-- The last days that events state of the lots they make: an index over the events' JSON, written
-- behind the captures; it can be made anew from them.
CREATE TABLE judgement_expiry (
  day TEXT NOT NULL,            -- "2025-03-03"
  epc TEXT NOT NULL,
  kind INT64 NOT NULL,          -- 1 expiration, 2 best before, 3 sell by
  sequence INT64 NOT NULL,      -- of the event
  digest BYTES NOT NULL,
  PRIMARY KEY (day, epc, kind, sequence)
);
