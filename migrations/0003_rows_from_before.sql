-- The users and entries that are there already. The triggers of 0002 see to new
-- ones meanwhile, so that this takes no lock on a table; only the rows that
-- break a rule to come are updated.

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
