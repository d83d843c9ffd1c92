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
