-- The rules, for new rows first: NOT VALID reads no row, so that the locks are
-- held for a moment only.

ALTER TABLE users
    ADD CONSTRAINT users_status_check
        CHECK (grandfathered OR status::text IN ('active', 'suspended', 'banned')) NOT VALID,
    ADD CONSTRAINT users_roles_check
        CHECK (grandfathered OR aeturnis.is_roles(roles)) NOT VALID,
    ADD CONSTRAINT users_metadata_check
        CHECK (grandfathered OR jsonb_typeof(metadata) = 'object') NOT VALID;
