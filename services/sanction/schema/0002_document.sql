-- Official documents as they were issued. Never changed: a wrong one is replaced. The page itself is a
-- text of "documents/…" in matter_text, erasable as all of them.
CREATE TABLE document (
  operator TEXT NOT NULL,
  document TEXT NOT NULL,
  matter TEXT NOT NULL,            -- "cases/…", "entries/…" or "leads/…"
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  act TEXT NOT NULL,
  number TEXT NOT NULL,
  series TEXT NOT NULL,            -- empty when the act was given the number
  year INT64 NOT NULL,
  ordinal INT64 NOT NULL,
  region TEXT NOT NULL,
  organisation TEXT NOT NULL,
  issued INT64 NOT NULL,
  person TEXT NOT NULL,
  card TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  size_bytes INT64 NOT NULL,
  replaces TEXT NOT NULL,
  template_revision TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, document)
);
CREATE INDEX document_by_organisation ON document (organisation, year, document);

-- The last number given out: documents of a series have no gaps.
CREATE TABLE document_counter (
  organisation TEXT NOT NULL,
  series TEXT NOT NULL,
  year INT64 NOT NULL,
  last INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (organisation, series, year)
);
