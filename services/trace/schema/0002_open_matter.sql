-- Every recall made here that stood before what is due was watched; those without a clock are taken out
-- by the work that watches. Recalls name their operator "operators/{operator}".
INSERT INTO open_matter (operator, matter, region, organisation, officer)
  SELECT SUBSTR(operator, 11), 'recalls/' || recall, region, '', '' FROM recall
  WHERE version = 1 AND NOT attested;
