-- The users and entries that are there already. The triggers of 0002 to 0004 see to
-- new ones meanwhile, so that this takes no lock on a table; only the rows that
-- break a rule to come are updated.

-- Exempts the rows that break a rule, and says how many those were.
CREATE FUNCTION aeturnis.mark_rows_in_the_way() RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = ''
    AS $$
DECLARE
    marked bigint;
    total bigint := 0;
BEGIN
    UPDATE public.users SET grandfathered = true
    WHERE NOT grandfathered AND (status IN ('active', 'suspended', 'banned')
        AND aeturnis.is_roles(roles) AND jsonb_typeof(metadata) = 'object') IS FALSE;
    GET DIAGNOSTICS marked = ROW_COUNT;
    total := total + marked;
    UPDATE public.user_sessions SET grandfathered = true
    WHERE NOT grandfathered AND aeturnis.is_address(ip_address) IS FALSE;
    GET DIAGNOSTICS marked = ROW_COUNT;
    total := total + marked;
    UPDATE public.audit_log SET grandfathered = true
    WHERE NOT grandfathered AND (jsonb_typeof(payload) = 'object'
        AND aeturnis.is_address(ip_address)) IS FALSE;
    GET DIAGNOSTICS marked = ROW_COUNT;
    RETURN total + marked;
END
$$;

-- Which rows are exempt, and from which rule.
CREATE FUNCTION aeturnis.rows_in_the_way()
    RETURNS TABLE (in_table text, id uuid, rule text)
    LANGUAGE sql STABLE
    SET search_path = ''
    AS $$
SELECT 'public.users', u.id, r.rule
FROM public.users AS u
    LEFT JOIN aeturnis.user_folds AS f ON f.user_id = u.id
    CROSS JOIN LATERAL (VALUES
        ('users_status_check', u.status IN ('active', 'suspended', 'banned')),
        ('users_roles_check', aeturnis.is_roles(u.roles)),
        ('users_metadata_check', jsonb_typeof(u.metadata) = 'object'),
        ('users_email_folded_unique', f.email IS NOT NULL),
        ('users_username_folded_unique', f.username IS NOT NULL)) AS r (rule, holds)
WHERE r.holds IS FALSE
UNION ALL
SELECT 'public.user_sessions', s.id, 'user_sessions_ip_address_check'
FROM public.user_sessions AS s
WHERE s.grandfathered AND aeturnis.is_address(s.ip_address) IS FALSE
UNION ALL
SELECT 'public.audit_log', a.id, r.rule
FROM public.audit_log AS a
    CROSS JOIN LATERAL (VALUES
        ('audit_log_payload_check', jsonb_typeof(a.payload) = 'object'),
        ('audit_log_ip_address_check', aeturnis.is_address(a.ip_address))) AS r (rule, holds)
WHERE a.grandfathered AND r.holds IS FALSE
$$;

-- Of users who share an e-mail or username under another spelling, the oldest
-- keeps it. The others stay as they are, and can log in by what they wrote.
INSERT INTO aeturnis.user_folds (user_id, email, username)
SELECT id,
    CASE WHEN row_number() OVER (PARTITION BY email ORDER BY created_at, id) = 1
        AND NOT EXISTS (SELECT FROM aeturnis.user_folds AS f WHERE f.email = u.email)
        THEN email END,
    CASE WHEN row_number() OVER (PARTITION BY username ORDER BY created_at, id) = 1
        AND NOT EXISTS (SELECT FROM aeturnis.user_folds AS f WHERE f.username = u.username)
        THEN username END
FROM (
    SELECT id, created_at, aeturnis.fold(email) AS email,
        aeturnis.fold(username) AS username
    FROM users) AS u
WHERE NOT EXISTS (SELECT FROM aeturnis.user_folds AS f WHERE f.user_id = u.id)
ON CONFLICT DO NOTHING;

INSERT INTO aeturnis.audit_pending (created_at, entry_id)
SELECT created_at, id FROM audit_log
ON CONFLICT DO NOTHING;

SELECT aeturnis.mark_rows_in_the_way();
