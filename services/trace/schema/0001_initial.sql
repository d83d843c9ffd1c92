-- trace: captured events, the index over them, places, recalls.

-- The last number given out: 'event' is the order of capture, 'epc' the numbers of identifiers.
-- Its row is taken in every capture, so the order has no gaps and equals the order of commits.
CREATE TABLE capture_counter (
  name TEXT NOT NULL,
  last INT64 NOT NULL,
  PRIMARY KEY (name)
);
INSERT INTO capture_counter (name, last) VALUES ('event', 0);
INSERT INTO capture_counter (name, last) VALUES ('epc', 0);

-- One captured event. Its identity is the SHA-256 of its canonical form; a declaration that it was
-- wrong is a row of its own beside it.
CREATE TABLE capture_event (
  hash BYTES NOT NULL,
  declaration BYTES NOT NULL,   -- empty for the event itself
  sequence INT64 NOT NULL,
  recorded INT64 NOT NULL,
  event_id TEXT NOT NULL,
  type INT64 NOT NULL,
  action INT64 NOT NULL,
  event_time INT64 NOT NULL,
  biz_step TEXT NOT NULL,
  read_point TEXT NOT NULL,
  biz_location TEXT NOT NULL,
  source TEXT NOT NULL,
  destination TEXT NOT NULL,
  transformation TEXT NOT NULL,
  json TEXT NOT NULL,           -- as it came
  context BYTES NOT NULL,
  origin TEXT NOT NULL,
  source_id TEXT NOT NULL,
  authority TEXT NOT NULL,
  document_sha256 TEXT NOT NULL,
  attested BOOL NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (hash, declaration)
);
CREATE UNIQUE INDEX capture_event_by_sequence ON capture_event (sequence);
CREATE INDEX capture_event_by_id ON capture_event (event_id, sequence);

-- JSON-LD contexts, by SHA-256: thousands of events share one.
CREATE TABLE capture_context (
  hash BYTES NOT NULL,
  json TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (hash)
);

-- Identifiers and their dense numbers.
CREATE TABLE capture_epc (
  epc TEXT NOT NULL,
  number INT64 NOT NULL,
  kind INT64 NOT NULL,
  PRIMARY KEY (epc)
);
CREATE UNIQUE INDEX capture_epc_by_number ON capture_epc (number);

-- An index over the events' identifiers; it can be made anew from their JSON.
CREATE TABLE capture_link (
  sequence INT64 NOT NULL,
  position INT64 NOT NULL,
  role INT64 NOT NULL,
  epc INT64 NOT NULL,
  quantity INT64,               -- in millionths; NULL when not stated
  PRIMARY KEY (sequence, position)
);
CREATE INDEX capture_link_by_epc ON capture_link (epc, sequence);

-- From which place in the order of capture an event counts as declared wrong.
CREATE TABLE capture_mask (
  sequence INT64 NOT NULL,
  masked_from INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (sequence)
);
CREATE INDEX capture_mask_by_time ON capture_mask (masked_from);

-- Which operator stands at a place, as registry last said.
CREATE TABLE genealogy_place (
  operator TEXT NOT NULL,
  gln TEXT NOT NULL,
  region TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, gln)
);
CREATE INDEX genealogy_place_by_gln ON genealogy_place (gln, operator);

-- One row per version of a recall, never changed after: what was true at a time is the last version
-- recorded by then.
CREATE TABLE recall (
  recall TEXT NOT NULL,
  version INT64 NOT NULL,
  state INT64 NOT NULL,
  class INT64 NOT NULL,
  sample TEXT NOT NULL,
  operator TEXT NOT NULL,
  region TEXT NOT NULL,
  lot TEXT NOT NULL,
  product TEXT NOT NULL,
  reason TEXT NOT NULL,
  further_seeds TEXT NOT NULL,  -- one identifier a line
  known_time INT64 NOT NULL,    -- when the duty to recall began
  propose_time INT64 NOT NULL,
  freeze_time INT64,
  officer_person TEXT NOT NULL,
  officer_organisation TEXT NOT NULL,
  officer_card TEXT NOT NULL,
  scope_sequence INT64 NOT NULL,
  lot_count INT64 NOT NULL,
  holder_count INT64 NOT NULL,
  acknowledged_count INT64 NOT NULL,
  policy_revision TEXT NOT NULL,
  deadline_revision TEXT NOT NULL,
  start_rule TEXT NOT NULL,
  finish_rule TEXT NOT NULL,
  statute TEXT NOT NULL,
  article TEXT NOT NULL,
  confirmed BOOL NOT NULL,
  withdraw_reason TEXT NOT NULL,
  withdraw_time INT64,
  cause TEXT NOT NULL,          -- id of the change that gave the ground
  attested BOOL NOT NULL,
  recorded INT64 NOT NULL,
  complete_time INT64,
  changed INT64 NOT NULL,       -- when this version was recorded
  digest BYTES NOT NULL,
  PRIMARY KEY (recall, version)
);
CREATE UNIQUE INDEX recall_by_sample ON recall (sample, version);
CREATE INDEX recall_by_operator ON recall (operator, recall);

-- A duty whose clock ran out (1 to start, 2 to finish): told once.
CREATE TABLE recall_breach (
  recall TEXT NOT NULL,
  duty INT64 NOT NULL,
  due_time INT64 NOT NULL,
  recorded INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (recall, duty)
);

-- The frozen scope.
CREATE TABLE recall_lot (
  recall TEXT NOT NULL,
  epc TEXT NOT NULL,
  kind INT64 NOT NULL,
  depth INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (recall, epc)
);

-- Notices to holders, one row per version as for recalls: each acknowledgement is a version of its
-- own. Erasure empties the remarks of all.
CREATE TABLE recall_notice (
  recall TEXT NOT NULL,
  notice TEXT NOT NULL,
  version INT64 NOT NULL,
  state INT64 NOT NULL,
  place TEXT NOT NULL,
  operator TEXT NOT NULL,
  lots TEXT NOT NULL,           -- the first ones, one a line
  lot_count INT64 NOT NULL,
  first_time INT64 NOT NULL,
  last_time INT64 NOT NULL,
  last_holder BOOL NOT NULL,
  issue_time INT64 NOT NULL,
  acknowledge_time INT64,
  recovered_quantity TEXT NOT NULL,
  recovered_uom TEXT NOT NULL,
  remark TEXT NOT NULL,
  changed INT64 NOT NULL,       -- when this version was recorded
  digest BYTES NOT NULL,
  PRIMARY KEY (recall, notice, version)
);
CREATE INDEX recall_notice_by_operator ON recall_notice (operator, recall);
