-- The rules, for every row: those that came between 0005 and 0008 are marked
-- first. Validating lets reads and writes go on.

SELECT aeturnis.mark_rows_in_the_way();

ALTER TABLE users VALIDATE CONSTRAINT users_status_check;
ALTER TABLE users VALIDATE CONSTRAINT users_roles_check;
ALTER TABLE users VALIDATE CONSTRAINT users_metadata_check;
ALTER TABLE user_sessions VALIDATE CONSTRAINT user_sessions_ip_address_check;
ALTER TABLE user_sessions VALIDATE CONSTRAINT user_sessions_idle_timeout_ms_check;
ALTER TABLE audit_log VALIDATE CONSTRAINT audit_log_payload_check;
ALTER TABLE audit_log VALIDATE CONSTRAINT audit_log_ip_address_check;

DO $$
DECLARE
    rows_left bigint;
BEGIN
    SELECT count(DISTINCT (in_table, id)) INTO rows_left FROM aeturnis.rows_in_the_way();
    IF rows_left > 0 THEN
        RAISE WARNING '% rows are older than a rule that they break: see aeturnis.rows_in_the_way()',
            rows_left;
    END IF;
END
$$;
