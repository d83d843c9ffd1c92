-- Processes and lots that were found out of balance and told. One whose sums change, or that is withdrawn,
-- is changed; all of it can be found anew from the events.
CREATE TABLE judgement_imbalance (
  subject TEXT NOT NULL,        -- a transformation id, events/{event}, or a lot
  kind INT64 NOT NULL,          -- 1 process, 2 lot
  imbalance TEXT NOT NULL,
  verdict INT64 NOT NULL,       -- 2 short, 3 over
  sums TEXT NOT NULL,           -- by dimension, one a line, as drawn last
  yield_key TEXT NOT NULL,      -- by what rule, as the policy had it
  yield_title TEXT NOT NULL,
  lowest INT64 NOT NULL,
  highest INT64 NOT NULL,
  tolerance INT64 NOT NULL,
  mark INT64 NOT NULL,
  policy_revision TEXT NOT NULL,
  operator TEXT NOT NULL,       -- at the latest event that named a registered place, when it was found
  place TEXT NOT NULL,
  region TEXT NOT NULL,
  event_time INT64 NOT NULL,    -- of the latest event, when it was found
  found INT64 NOT NULL,
  withdrawn INT64,
  digest BYTES NOT NULL,
  PRIMARY KEY (subject, kind, imbalance)
);
CREATE INDEX judgement_imbalance_by_time ON judgement_imbalance (event_time, imbalance);
INSERT INTO judgement_progress (name, last) VALUES ('balance', 0);

-- Excursions have names. Those of before have none.
ALTER TABLE judgement_alert ADD COLUMN name TEXT;
