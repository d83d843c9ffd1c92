-- Alerts of trace that somebody must look into. What arrived stays; who settled one lies here and goes to
-- nobody.
CREATE TABLE trace_alert (
  operator TEXT NOT NULL,
  number INT64 NOT NULL,
  alert TEXT NOT NULL,             -- as trace names it, or the id of the change that told it
  kind INT64 NOT NULL,
  region TEXT NOT NULL,
  state INT64 NOT NULL,
  subject TEXT NOT NULL,
  place TEXT NOT NULL,
  summary TEXT NOT NULL,
  occurred INT64 NOT NULL,
  received INT64 NOT NULL,
  cause TEXT NOT NULL,
  version INT64 NOT NULL,
  finding INT64 NOT NULL,
  settled INT64,                   -- NULL while it is not
  visit TEXT NOT NULL,             -- that looked into it
  reason TEXT NOT NULL,
  person TEXT NOT NULL,
  organisation TEXT NOT NULL,
  card TEXT NOT NULL,
  withdrawn INT64,                 -- NULL while trace stands by it
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, number)
);
CREATE UNIQUE INDEX trace_alert_by_operator ON trace_alert (operator, alert);
CREATE INDEX trace_alert_by_alert ON trace_alert (alert, operator);
CREATE INDEX trace_alert_by_region ON trace_alert (region, operator, number);

-- The alerts that a visit looked into, comma between items; NULL when it names none.
ALTER TABLE visit ADD COLUMN trace_alerts TEXT;
