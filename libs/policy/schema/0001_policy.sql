-- Revisions of policies (规则版本). The text is kept whole, so that a decision can be computed again
-- from the very bytes it rested on.
CREATE TABLE policy_revision (
  revision TEXT NOT NULL,           -- SHA-256 of text, hex
  id TEXT NOT NULL,
  kind INT64 NOT NULL,
  title TEXT NOT NULL,
  effective_from TEXT NOT NULL,     -- "2019-10-01"
  effective_to TEXT NOT NULL,       -- "9999-12-31" while open
  state INT64 NOT NULL CHECK (state BETWEEN 1 AND 3),
  path TEXT NOT NULL,
  text TEXT NOT NULL,
  loaded INT64 NOT NULL,
  activated INT64,
  digest BYTES NOT NULL,
  PRIMARY KEY (revision)
);
CREATE INDEX policy_revision_by_id ON policy_revision (id, effective_from);
CREATE INDEX policy_revision_by_kind ON policy_revision (kind, state);

-- Who approved a revision (启用审批); two different persons activate it.
CREATE TABLE policy_approval (
  revision TEXT NOT NULL,
  person TEXT NOT NULL,
  organisation TEXT NOT NULL,
  approved INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (revision, person)
);
