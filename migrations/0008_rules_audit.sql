-- As 0006.

ALTER TABLE audit_log
    ADD CONSTRAINT audit_log_payload_check
        CHECK (grandfathered OR jsonb_typeof(payload) = 'object') NOT VALID,
    ADD CONSTRAINT audit_log_ip_address_check
        CHECK (grandfathered OR aeturnis.is_address(ip_address)) NOT VALID;
