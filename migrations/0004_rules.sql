-- The rules, for new rows first: NOT VALID reads no row, so that the locks are
-- held for a moment only.

ALTER TABLE users
    ADD CONSTRAINT users_status_check
        CHECK (grandfathered OR status::text IN ('active', 'suspended', 'banned')) NOT VALID,
    ADD CONSTRAINT users_roles_check
        CHECK (grandfathered OR aeturnis.is_roles(roles)) NOT VALID,
    ADD CONSTRAINT users_metadata_check
        CHECK (grandfathered OR jsonb_typeof(metadata) = 'object') NOT VALID;

ALTER TABLE user_sessions
    ADD CONSTRAINT user_sessions_ip_address_check
        CHECK (grandfathered OR aeturnis.is_address(ip_address)) NOT VALID,
    ADD CONSTRAINT user_sessions_idle_timeout_ms_check
        CHECK (idle_timeout_ms > 0) NOT VALID;

ALTER TABLE audit_log
    ADD CONSTRAINT audit_log_payload_check
        CHECK (grandfathered OR jsonb_typeof(payload) = 'object') NOT VALID,
    ADD CONSTRAINT audit_log_ip_address_check
        CHECK (grandfathered OR aeturnis.is_address(ip_address)) NOT VALID;
