-- The credit archive. Every change of an operator's archive takes the next version of its row here:
-- two changes at one operator meet in it, and a rating can be replayed at the version it saw.
CREATE TABLE archive (
  operator TEXT NOT NULL,
  version INT64 NOT NULL,
  region TEXT NOT NULL,
  kind TEXT NOT NULL,
  erased BOOL NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator)
);
CREATE INDEX archive_by_region ON archive (region, operator);

-- The operator as the registry described it, version by version.
CREATE TABLE subject (
  operator TEXT NOT NULL,
  version INT64 NOT NULL,
  recorded INT64 NOT NULL,
  kind TEXT NOT NULL,
  person BOOL NOT NULL,
  licensed_from TEXT NOT NULL,
  attributes TEXT NOT NULL,       -- key TAB value, one a line
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, version)
);

-- One piece of evidence; its number is the archive's version that it made. No column says who
-- inspected.
CREATE TABLE evidence (
  operator TEXT NOT NULL,
  number INT64 NOT NULL,
  kind INT64 NOT NULL,
  source TEXT NOT NULL,
  cause TEXT NOT NULL,
  time INT64 NOT NULL,
  recorded INT64 NOT NULL,
  summary TEXT NOT NULL,
  statute TEXT NOT NULL,
  article TEXT NOT NULL,
  level INT64 NOT NULL,
  tags TEXT NOT NULL,             -- one a line
  key_items INT64 NOT NULL,
  key_failed INT64 NOT NULL,
  general_items INT64 NOT NULL,
  general_failed INT64 NOT NULL,
  slight_failed INT64 NOT NULL,
  nonconforming BOOL NOT NULL,
  check_kind TEXT NOT NULL,
  fine_fen INT64 NOT NULL,
  until_date TEXT NOT NULL,
  origin TEXT NOT NULL,
  attested BOOL NOT NULL,
  ended INT64,                    -- when its cause ended, when we knew it, at which version, why
  ended_recorded INT64,
  ended_version INT64,
  ended_cause TEXT,
  annulled INT64,
  annulled_recorded INT64,
  annulled_version INT64,
  annulled_cause TEXT,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, number)
);
CREATE INDEX evidence_by_source ON evidence (source, operator);

CREATE TABLE determination (
  operator TEXT NOT NULL,
  number INT64 NOT NULL,
  kind INT64 NOT NULL,
  grade INT64 NOT NULL,
  previous INT64 NOT NULL,
  base_grade INT64 NOT NULL,
  base_year INT64 NOT NULL,       -- 0: from points alone
  base_time INT64 NOT NULL,
  base_version INT64 NOT NULL,
  archive_version INT64 NOT NULL,
  time INT64 NOT NULL,
  applies_from TEXT NOT NULL,
  points INT64 NOT NULL,
  static_points INT64 NOT NULL,
  dynamic_points INT64 NOT NULL,
  points_grade INT64 NOT NULL,
  policy TEXT NOT NULL,
  policy_revision TEXT NOT NULL,
  evidence_digest BYTES NOT NULL,
  result_digest BYTES NOT NULL,
  cause TEXT NOT NULL,
  run TEXT NOT NULL,
  approvers TEXT NOT NULL,        -- person, organisation, card, one a line
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, number)
);

CREATE TABLE rating_run (
  run TEXT NOT NULL,
  version INT64 NOT NULL,
  region TEXT NOT NULL,
  year INT64 NOT NULL,
  state INT64 NOT NULL,
  policy TEXT NOT NULL,
  policy_revision TEXT NOT NULL,
  position TEXT NOT NULL,         -- the last operator looked at
  operators INT64 NOT NULL,
  determined INT64 NOT NULL,
  finish_by TEXT NOT NULL,
  proposer TEXT NOT NULL,         -- person, organisation, card
  approver TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (run)
);

CREATE TABLE rating_proposal (
  run TEXT NOT NULL,
  operator TEXT NOT NULL,
  grade INT64 NOT NULL,
  archive_version INT64 NOT NULL,
  done BOOL NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (run, operator)
);
