-- Measures of sanction that change how often an operator is visited: key monitoring, fewer visits. What
-- has ended keeps its row; one that was set aside has an end at its beginning.
CREATE TABLE visit_flag (
  operator TEXT NOT NULL,
  measure TEXT NOT NULL,
  item TEXT NOT NULL,
  percent INT64 NOT NULL,
  since INT64 NOT NULL,
  until INT64,                     -- NULL while it runs
  recorded INT64 NOT NULL,
  cause TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, measure)
);
