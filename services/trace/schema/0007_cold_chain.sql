-- Hand-overs that were refused. Rows are added and never changed, except that erasure of the operator
-- empties remark and vehicle.
CREATE TABLE judgement_refusal (
  operator TEXT NOT NULL,
  refusal TEXT NOT NULL,
  place TEXT NOT NULL,          -- empty: only the operator was named
  region TEXT NOT NULL,
  refuse_time INT64 NOT NULL,
  ground INT64 NOT NULL,        -- 1 temperature, 2 packaging, 3 documents, 4 shelf life, 5 other
  remark TEXT NOT NULL,
  measured TEXT NOT NULL,       -- as it was stated; empty: nothing was measured
  measured_uom TEXT NOT NULL,
  vehicle TEXT NOT NULL,
  epcs TEXT NOT NULL,           -- one a line
  recorded_by TEXT NOT NULL,
  recorded INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, refusal)
);
CREATE INDEX judgement_refusal_by_time ON judgement_refusal (refuse_time, refusal);

-- The same by what was refused.
CREATE TABLE judgement_refusal_epc (
  epc TEXT NOT NULL,
  refuse_time INT64 NOT NULL,
  refusal TEXT NOT NULL,
  operator TEXT NOT NULL,
  region TEXT NOT NULL,
  recorded INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (epc, refuse_time, refusal)
);

-- Excursions that were found and told. One that grows, or is withdrawn, is changed; all of it can be
-- found anew from the events.
CREATE TABLE judgement_alert (
  epc TEXT NOT NULL,
  device TEXT NOT NULL,
  begin_time INT64 NOT NULL,
  end_time INT64 NOT NULL,
  samples INT64 NOT NULL,
  worst INT64 NOT NULL,         -- in thousandths of a degree Celsius
  worst_time INT64 NOT NULL,
  sequence INT64 NOT NULL,      -- of the event that states the worst
  band TEXT NOT NULL,
  policy_revision TEXT NOT NULL,
  operator TEXT NOT NULL,       -- where it was when it began
  place TEXT NOT NULL,
  region TEXT NOT NULL,
  found INT64 NOT NULL,
  withdrawn INT64,
  digest BYTES NOT NULL,
  PRIMARY KEY (epc, device, begin_time)
);
CREATE INDEX judgement_alert_by_time ON judgement_alert (begin_time, epc, device);
INSERT INTO judgement_progress (name, last) VALUES ('cold', 0);
