-- How a recall is carried out. Rows are added and never changed, except that erasure empties whom a
-- plan names.
ALTER TABLE recall ADD COLUMN extension_count INT64;
ALTER TABLE recall ADD COLUMN order_time INT64;
ALTER TABLE recall ADD COLUMN close_time INT64;
ALTER TABLE recall_notice ADD COLUMN unanswered_reason TEXT;

-- What an officer did to a recall, by the version that it made.
CREATE TABLE recall_step (
  recall TEXT NOT NULL,
  version INT64 NOT NULL,
  act INT64 NOT NULL,
  officer_person TEXT NOT NULL,
  officer_organisation TEXT NOT NULL,
  officer_card TEXT NOT NULL,
  amount INT64 NOT NULL,        -- of an extension
  reason TEXT NOT NULL,
  no_disposal TEXT NOT NULL,    -- of a closing: why nothing was disposed of
  recorded INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (recall, version)
);

-- The operator's plans, numbered from 1.
CREATE TABLE recall_plan (
  recall TEXT NOT NULL,
  plan INT64 NOT NULL,
  operator TEXT NOT NULL,       -- who recalls: an erasure finds them by it
  contact_name TEXT NOT NULL,
  contact_details TEXT NOT NULL,
  sales_region TEXT NOT NULL,
  reason TEXT NOT NULL,
  harm TEXT NOT NULL,
  class INT64 NOT NULL,
  steps TEXT NOT NULL,
  notice_text TEXT NOT NULL,
  notice_channels TEXT NOT NULL,
  duties_of_others TEXT NOT NULL,
  disposal TEXT NOT NULL,
  cost_bearing TEXT NOT NULL,
  expected_effect TEXT NOT NULL,
  received INT64 NOT NULL,
  officer_person TEXT NOT NULL,
  officer_organisation TEXT NOT NULL,
  officer_card TEXT NOT NULL,
  recorded INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (recall, plan)
);
CREATE INDEX recall_plan_by_operator ON recall_plan (operator, recall);

CREATE TABLE recall_plan_product (
  recall TEXT NOT NULL,
  plan INT64 NOT NULL,
  position INT64 NOT NULL,
  product TEXT NOT NULL,
  brand TEXT NOT NULL,
  specification TEXT NOT NULL,
  production_dates TEXT NOT NULL,  -- one a line
  batches TEXT NOT NULL,           -- one a line
  quantity TEXT NOT NULL,
  uom TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (recall, plan, position)
);

CREATE TABLE recall_plan_assessment (
  recall TEXT NOT NULL,
  plan INT64 NOT NULL,
  accepted BOOL NOT NULL,
  reasons TEXT NOT NULL,
  officer_person TEXT NOT NULL,
  officer_organisation TEXT NOT NULL,
  officer_card TEXT NOT NULL,
  recorded INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (recall, plan)
);

-- What became of the goods, numbered from 1. A row that takes back another has no measure.
CREATE TABLE recall_disposal (
  recall TEXT NOT NULL,
  disposal INT64 NOT NULL,
  measure INT64 NOT NULL,
  quantity TEXT NOT NULL,
  uom TEXT NOT NULL,
  place TEXT NOT NULL,
  dispose_time INT64,
  supervisor TEXT NOT NULL,
  announce_time INT64,
  takes_back INT64 NOT NULL,    -- 0: none
  remark TEXT NOT NULL,
  officer_person TEXT NOT NULL,
  officer_organisation TEXT NOT NULL,
  officer_card TEXT NOT NULL,
  recorded INT64 NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (recall, disposal)
);
