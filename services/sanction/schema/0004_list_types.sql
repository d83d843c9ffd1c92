-- Lists that need no penalty: their nominations, and editions that are published together.

CREATE TABLE nomination (
  operator TEXT NOT NULL,
  nomination TEXT NOT NULL,
  region TEXT NOT NULL,
  organisation TEXT NOT NULL,
  list TEXT NOT NULL,
  ground TEXT NOT NULL,
  ground_title TEXT NOT NULL,
  statute TEXT NOT NULL,
  article TEXT NOT NULL,
  rule_revision TEXT NOT NULL,
  edition TEXT NOT NULL,           -- "2025-04-01"; empty for a list without editions
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, nomination)
);
CREATE INDEX nomination_by_region ON nomination (region, nomination);
CREATE INDEX nomination_by_edition ON nomination (organisation, list, edition);

CREATE TABLE nomination_event (
  operator TEXT NOT NULL,
  nomination TEXT NOT NULL,
  sequence INT64 NOT NULL,
  act INT64 NOT NULL CHECK (act BETWEEN 1 AND 6),
  time INT64 NOT NULL,
  recorded INT64 NOT NULL,
  person TEXT NOT NULL,
  organisation TEXT NOT NULL,
  card TEXT NOT NULL,
  chain_revision TEXT NOT NULL,
  clocks TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, nomination, sequence)
);

-- Editions that are out.
CREATE TABLE list_edition (
  organisation TEXT NOT NULL,
  list TEXT NOT NULL,
  edition TEXT NOT NULL,
  region TEXT NOT NULL,
  published INT64 NOT NULL,
  person TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (organisation, list, edition)
);

-- NULL in entries from before: they rest on a case and have joint effect.
ALTER TABLE listing_entry ADD COLUMN nomination TEXT;
ALTER TABLE listing_entry ADD COLUMN edition TEXT;
ALTER TABLE listing_entry ADD COLUMN joint_effect BOOL;
CREATE INDEX listing_entry_by_edition ON listing_entry (organisation, list, edition);

-- The same with more acts: removal, acceptance of a repair, disputes.
CREATE TABLE listing_event_with_removal (
  operator TEXT NOT NULL,
  entry TEXT NOT NULL,
  sequence INT64 NOT NULL,
  act INT64 NOT NULL CHECK (act BETWEEN 1 AND 12),
  time INT64 NOT NULL,
  recorded INT64 NOT NULL,
  person TEXT NOT NULL,
  organisation TEXT NOT NULL,
  card TEXT NOT NULL,
  chain_revision TEXT NOT NULL,
  clocks TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, entry, sequence)
);
INSERT INTO listing_event_with_removal (operator, entry, sequence, act, time, recorded, person,
    organisation, card, chain_revision, clocks, digest)
  SELECT operator, entry, sequence, act, time, recorded, person, organisation, card,
    chain_revision, clocks, digest FROM listing_event;
DROP TABLE listing_event;
ALTER TABLE listing_event_with_removal RENAME TO listing_event;
