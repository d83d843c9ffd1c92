-- Measures of sanction stand beside listings, with what they mean for licences; NULL for a listing.
ALTER TABLE operator_restriction ADD COLUMN effect INT64;
