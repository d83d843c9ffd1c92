-- What happens to a penalty's publicity beside its case: repair, disputes, pushes, withdrawal.
CREATE TABLE publicity_event (
  operator TEXT NOT NULL,
  case_id TEXT NOT NULL,
  sequence INT64 NOT NULL,
  act INT64 NOT NULL CHECK (act BETWEEN 1 AND 13),
  time INT64 NOT NULL,
  recorded INT64 NOT NULL,
  person TEXT NOT NULL,
  organisation TEXT NOT NULL,
  card TEXT NOT NULL,
  chain_revision TEXT NOT NULL,
  clocks TEXT NOT NULL,
  field TEXT NOT NULL,             -- of a request for repair: "FOOD"
  reorganisation BOOL NOT NULL,    -- of such a request: the party is in reorganisation
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, case_id, sequence)
);

-- Penalties whose end of publicity has not been told yet, and their last day. An index over facts,
-- without a digest.
CREATE TABLE publicity_running (
  operator TEXT NOT NULL,
  case_id TEXT NOT NULL,
  until TEXT NOT NULL,
  PRIMARY KEY (operator, case_id)
);
CREATE INDEX publicity_running_by_until ON publicity_running (until);
INSERT INTO publicity_running (operator, case_id, until)
  SELECT p.operator, p.case_id, p.until FROM case_event p WHERE p.act = 12 AND p.until > ''
    AND NOT EXISTS (SELECT 1 FROM case_event a
      WHERE a.operator = p.operator AND a.case_id = p.case_id AND a.act = 14);

-- What a request for the repair of an entry claims: the party is in reorganisation.
CREATE TABLE listing_repair_claim (
  operator TEXT NOT NULL,
  entry TEXT NOT NULL,
  sequence INT64 NOT NULL,
  reorganisation BOOL NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, entry, sequence)
);

-- The same with the acts of a dispute.
CREATE TABLE listing_event_with_dispute (
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
INSERT INTO listing_event_with_dispute (operator, entry, sequence, act, time, recorded, person,
    organisation, card, chain_revision, clocks, digest)
  SELECT operator, entry, sequence, act, time, recorded, person, organisation, card,
    chain_revision, clocks, digest FROM listing_event;
DROP TABLE listing_event;
ALTER TABLE listing_event_with_dispute RENAME TO listing_event;
