-- Every sample made here that is not closed (state 13) and stood before what is due was watched; those
-- without a clock are taken out by the work that watches. A sample's number has at least four digits.
INSERT INTO open_matter (operator, matter, region, organisation, officer)
  SELECT s.operator,
    'samples/' || s.operator || '-' ||
      CASE WHEN s.number < 10 THEN '000' WHEN s.number < 100 THEN '00'
        WHEN s.number < 1000 THEN '0' ELSE '' END || CAST(s.number AS TEXT),
    s.region, a.organisation, a.person
  FROM sample s, sample_act a
  WHERE s.document_sha256 = '' AND s.state <> 13
    AND a.operator = s.operator AND a.number = s.number AND a.sequence = 1;
