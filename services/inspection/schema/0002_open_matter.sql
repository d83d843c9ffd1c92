-- Every sample made here that is not closed (state 13) and stood before what is due was watched; those
-- without a clock are taken out by the work that watches. Its source id is its own, "9141…-0007".
INSERT INTO open_matter (operator, matter, region, organisation, officer)
  SELECT s.operator, 'samples/' || s.source_id, s.region, a.organisation, a.person
  FROM sample s, sample_act a
  WHERE s.state <> 13 AND a.operator = s.operator AND a.number = s.number AND a.sequence = 1
    AND a.word = 'planned';
