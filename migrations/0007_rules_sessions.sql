-- As 0006.

ALTER TABLE user_sessions
    ADD CONSTRAINT user_sessions_ip_address_check
        CHECK (grandfathered OR aeturnis.is_address(ip_address)) NOT VALID,
    ADD CONSTRAINT user_sessions_idle_timeout_ms_check
        CHECK (idle_timeout_ms > 0) NOT VALID;
