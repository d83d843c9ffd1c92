-- Who is supervised. What names or locates someone stands apart, in one row that an order of
-- erasure deletes (operator_payload), so that nothing personal can be left in a corner.
CREATE TABLE operator (
  operator TEXT NOT NULL,
  version INT64 NOT NULL,
  region TEXT NOT NULL,
  kind INT64 NOT NULL,
  form INT64 NOT NULL,
  status INT64 NOT NULL,
  office TEXT NOT NULL,
  food_categories TEXT NOT NULL,   -- one a line
  floor_area INT64,
  diners INT64,
  attributes TEXT NOT NULL,        -- key TAB value, one a line
  origin TEXT NOT NULL,
  source_id TEXT NOT NULL,
  authority TEXT NOT NULL,
  document TEXT NOT NULL,
  recorded INT64 NOT NULL,
  created INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator)
);
CREATE INDEX operator_by_region ON operator (region, kind, status);

CREATE TABLE operator_payload (
  operator TEXT NOT NULL,
  title TEXT NOT NULL,
  code TEXT NOT NULL,
  sites TEXT NOT NULL,             -- number, address, region, town, longitude, latitude, gln
  licences TEXT NOT NULL,          -- number, scope, from, to
  posts TEXT NOT NULL,             -- post, name, key id, hash in hex
  digest BYTES NOT NULL,
  PRIMARY KEY (operator)
);

-- What an operator was before a change, for reads of the past: the rows that the change replaced. An
-- erasure deletes the payload of every version and empties the rest.
CREATE TABLE operator_version (
  operator TEXT NOT NULL,
  version INT64 NOT NULL,
  region TEXT NOT NULL,
  kind INT64 NOT NULL,
  form INT64 NOT NULL,
  status INT64 NOT NULL,
  office TEXT NOT NULL,
  food_categories TEXT NOT NULL,
  floor_area INT64,
  diners INT64,
  attributes TEXT NOT NULL,
  origin TEXT NOT NULL,
  source_id TEXT NOT NULL,
  authority TEXT NOT NULL,
  document TEXT NOT NULL,
  recorded INT64 NOT NULL,
  created INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, version)
);

CREATE TABLE operator_version_payload (
  operator TEXT NOT NULL,
  version INT64 NOT NULL,
  title TEXT NOT NULL,
  code TEXT NOT NULL,
  sites TEXT NOT NULL,
  licences TEXT NOT NULL,
  posts TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, version)
);

-- Under which id another system knows an operator. Stays after an erasure, without the content's
-- digest, so that the next import does not bring back what was erased.
CREATE TABLE operator_source (
  origin TEXT NOT NULL,
  source_id TEXT NOT NULL,
  operator TEXT NOT NULL,
  content BYTES NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (origin, source_id)
);
CREATE INDEX operator_source_by_operator ON operator_source (operator);

-- The keyed hash of a person's code, by which its record is found; erased with the payload.
CREATE TABLE operator_code (
  code_key BYTES NOT NULL,
  operator TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (code_key)
);
CREATE INDEX operator_code_by_operator ON operator_code (operator);

CREATE TABLE operator_erasure (
  operator TEXT NOT NULL,
  document_number TEXT NOT NULL,
  authority TEXT NOT NULL,
  document TEXT NOT NULL,
  order_date TEXT NOT NULL,
  statute TEXT NOT NULL,
  article TEXT NOT NULL,
  person TEXT NOT NULL,            -- the officer, by the person id of the bureau's login
  organisation TEXT NOT NULL,
  erased INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator)
);

CREATE TABLE operator_restriction (
  operator TEXT NOT NULL,
  listing TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  valid_to TEXT NOT NULL,          -- empty while it lasts
  cause TEXT NOT NULL,
  recorded INT64 NOT NULL,         -- when this registry learnt of it
  end_recorded INT64,              -- and of its end
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, listing)
);

-- The roster of inspectors, by the person id of the bureau's login.
CREATE TABLE inspector (
  inspector TEXT NOT NULL,
  version INT64 NOT NULL,
  organisation TEXT NOT NULL,
  region TEXT NOT NULL,
  card TEXT NOT NULL,
  card_valid_to TEXT NOT NULL,
  specialities TEXT NOT NULL,
  conflicts TEXT NOT NULL,
  status INT64 NOT NULL,
  origin TEXT NOT NULL,
  source_id TEXT NOT NULL,
  authority TEXT NOT NULL,
  document TEXT NOT NULL,
  recorded INT64 NOT NULL,
  content BYTES NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (inspector)
);
CREATE UNIQUE INDEX inspector_by_source ON inspector (origin, source_id);

CREATE TABLE inspector_version (
  inspector TEXT NOT NULL,
  version INT64 NOT NULL,
  organisation TEXT NOT NULL,
  region TEXT NOT NULL,
  card TEXT NOT NULL,
  card_valid_to TEXT NOT NULL,
  specialities TEXT NOT NULL,
  conflicts TEXT NOT NULL,
  status INT64 NOT NULL,
  origin TEXT NOT NULL,
  source_id TEXT NOT NULL,
  authority TEXT NOT NULL,
  document TEXT NOT NULL,
  recorded INT64 NOT NULL,
  content BYTES NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (inspector, version)
);

CREATE TABLE laboratory (
  laboratory TEXT NOT NULL,
  version INT64 NOT NULL,
  title TEXT NOT NULL,
  region TEXT NOT NULL,
  accreditation TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  valid_to TEXT NOT NULL,
  scopes TEXT NOT NULL,
  reinspection BOOL NOT NULL,
  affiliates TEXT NOT NULL,
  system TEXT NOT NULL,
  suspended BOOL NOT NULL,
  origin TEXT NOT NULL,
  source_id TEXT NOT NULL,
  authority TEXT NOT NULL,
  document TEXT NOT NULL,
  recorded INT64 NOT NULL,
  content BYTES NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (laboratory)
);
CREATE UNIQUE INDEX laboratory_by_source ON laboratory (origin, source_id);

CREATE TABLE laboratory_version (
  laboratory TEXT NOT NULL,
  version INT64 NOT NULL,
  title TEXT NOT NULL,
  region TEXT NOT NULL,
  accreditation TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  valid_to TEXT NOT NULL,
  scopes TEXT NOT NULL,
  reinspection BOOL NOT NULL,
  affiliates TEXT NOT NULL,
  system TEXT NOT NULL,
  suspended BOOL NOT NULL,
  origin TEXT NOT NULL,
  source_id TEXT NOT NULL,
  authority TEXT NOT NULL,
  document TEXT NOT NULL,
  recorded INT64 NOT NULL,
  content BYTES NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (laboratory, version)
);
