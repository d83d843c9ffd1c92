-- What is due (待办).

-- Matters in which a clock may run: an index over the service's own facts, so that what is open is found
-- without a walk through what is closed. Whether a clock runs, and until when, is derived from the
-- matter; a row for one without is put right by the work that watches them.
CREATE TABLE open_matter (
  operator TEXT NOT NULL,
  matter TEXT NOT NULL,
  region TEXT NOT NULL,
  organisation TEXT NOT NULL,
  officer TEXT NOT NULL,
  PRIMARY KEY (operator, matter)
);
CREATE INDEX open_matter_by_region ON open_matter (region, operator, matter);
CREATE INDEX open_matter_by_officer ON open_matter (officer, region, operator, matter);

-- Whom an overdue clock has reached (逾期督办): told once for each rung, whatever is restarted.
CREATE TABLE todo_rung (
  operator TEXT NOT NULL,
  matter TEXT NOT NULL,
  clock TEXT NOT NULL,
  rung INT64 NOT NULL,
  post TEXT NOT NULL,
  due INT64 NOT NULL,
  recorded INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, matter, clock, rung)
);
