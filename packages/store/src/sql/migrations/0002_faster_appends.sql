-- The foreign key was checked row by row and took a good part of an append. Both tables are only ever written together,
-- by one transaction under the row lock of ledger_heads, and neither can be changed afterwards; reading reports a gap.
alter table observations drop constraint observations_organisation_idx_fkey;
