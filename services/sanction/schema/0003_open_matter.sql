-- Every matter that stood before what is due was watched; those without a clock are taken out by the
-- work that watches.
INSERT INTO open_matter (operator, matter, region, organisation, officer)
  SELECT operator, 'leads/' || lead, region, '', '' FROM lead WHERE case_id = '';
INSERT INTO open_matter (operator, matter, region, organisation, officer)
  SELECT c.operator, 'cases/' || c.case_id, c.region, c.organisation, e.person
  FROM sanction_case c, case_event e
  WHERE e.operator = c.operator AND e.case_id = c.case_id AND e.sequence = 1;
INSERT INTO open_matter (operator, matter, region, organisation, officer)
  SELECT c.operator, 'entries/' || c.entry, c.region, c.organisation, e.person
  FROM listing_entry c, listing_event e
  WHERE e.operator = c.operator AND e.entry = c.entry AND e.sequence = 1;
INSERT INTO open_matter (operator, matter, region, organisation, officer)
  SELECT operator, 'measures/' || measure, region, system, '' FROM measure;
