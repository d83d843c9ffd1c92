-- What an officer did with a lead beside filing a case: 1 the check was prolonged, 2 no case is filed.
-- Why is a text of "leads/…" in matter_text. A lead that no case is filed on has ended (taken_up) and
-- has no case_id.
CREATE TABLE lead_event (
  operator TEXT NOT NULL,
  lead TEXT NOT NULL,
  sequence INT64 NOT NULL,
  act INT64 NOT NULL CHECK (act BETWEEN 1 AND 2),
  time INT64 NOT NULL,
  person TEXT NOT NULL,
  organisation TEXT NOT NULL,
  card TEXT NOT NULL,
  chain_revision TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, lead, sequence)
);
