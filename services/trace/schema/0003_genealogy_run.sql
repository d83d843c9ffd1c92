-- The graph's records of a run of the order of capture, packed: what a start reads instead of each
-- event. They can be made anew from the events.
CREATE TABLE genealogy_run (
  first_event INT64 NOT NULL,
  next_event INT64 NOT NULL,    -- with which the next run begins
  records BYTES NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (first_event)
);
