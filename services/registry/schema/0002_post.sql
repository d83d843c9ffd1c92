-- People in posts that the law names. Who the person is stands apart and goes with an erasure.
CREATE TABLE post (
  operator TEXT NOT NULL,
  post TEXT NOT NULL,
  region TEXT NOT NULL,
  kind INT64 NOT NULL,
  valid_from TEXT NOT NULL,
  valid_to TEXT NOT NULL,          -- empty while it lasts
  authority TEXT NOT NULL,         -- the organisation whose officer registered it
  person TEXT NOT NULL,            -- that officer, by the person id of the bureau's login
  recorded INT64 NOT NULL,
  end_recorded INT64,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, post)
);

CREATE TABLE post_payload (
  operator TEXT NOT NULL,
  post TEXT NOT NULL,
  name TEXT NOT NULL,
  key_id TEXT NOT NULL,
  hash BYTES NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, post)
);

-- Bans on people as sanction tells them, a row for each key under which the hash is known.
CREATE TABLE person_ban (
  hash BYTES NOT NULL,
  key_id TEXT NOT NULL,
  ban TEXT NOT NULL,
  bars TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  valid_until TEXT NOT NULL,       -- empty for life
  statute TEXT NOT NULL,
  article TEXT NOT NULL,
  recorded INT64 NOT NULL,
  annulled INT64,                  -- when this registry learnt that it never had effect
  searched BOOL NOT NULL,          -- whether those who employ the person have been looked for
  digest BYTES NOT NULL,
  PRIMARY KEY (hash, key_id, ban)
);
CREATE INDEX person_ban_by_ban ON person_ban (ban);
CREATE INDEX person_ban_by_search ON person_ban (searched);

-- Until when all that sanction had told of bans was known here. One row.
CREATE TABLE ban_heard (
  peer TEXT NOT NULL,
  heard INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (peer)
);

-- Operators found to employ somebody in a post that a ban closes.
CREATE TABLE post_breach (
  operator TEXT NOT NULL,
  post TEXT NOT NULL,              -- of `post`, or "principal" for the one that an import named
  ban TEXT NOT NULL,
  found INT64 NOT NULL,
  clock TEXT NOT NULL,
  clock_revision TEXT NOT NULL,    -- of the deadline table that its clock runs under
  digest BYTES NOT NULL,
  PRIMARY KEY (operator, post, ban)
);
