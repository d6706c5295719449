-- Where the chain ends: its newest link, else the newest checkpoint.
-- name: audit_chain_end :opt
SELECT position, hash FROM (
    (SELECT position, hash FROM aeturnis.audit_chain ORDER BY position DESC LIMIT 1)
    UNION ALL
    (SELECT position, hash FROM aeturnis.audit_checkpoints ORDER BY position DESC LIMIT 1)
) AS ends
ORDER BY position DESC
LIMIT 1;

-- Entries that wait for a link, the oldest first, as the text that is hashed. An
-- entry that is gone has NULL.
-- name: audit_pending_page :many
SELECT p.entry_id, p.created_at,
    CASE WHEN a.id IS NOT NULL THEN
        jsonb_build_array(a.id, coalesce(a.actor_uuid, a.actor_id), a.event_type,
            a.resource_type, a.resource_id, a.payload, a.ip_address, a.user_agent,
            to_char(a.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US BC'))::text
    END AS "text?"
FROM aeturnis.audit_pending AS p
    LEFT JOIN public.audit_log AS a ON a.id = p.entry_id
ORDER BY p.created_at, p.entry_id
LIMIT @most::integer;

-- Adds links behind what was the chain's end. Whoever else has done so
-- meanwhile has taken the position, and this fails.
-- name: audit_seal :one
WITH links AS (
    INSERT INTO aeturnis.audit_chain (position, entry_id, hash)
    SELECT @after::bigint + n, entry_id, hash
    FROM unnest(@entry_ids::uuid[], @hashes::bytea[]) WITH ORDINALITY
        AS link (entry_id, hash, n)
    RETURNING entry_id
), sealed AS (
    DELETE FROM aeturnis.audit_pending
    WHERE entry_id = ANY (@entry_ids::uuid[])
      AND created_at BETWEEN @first_at AND @last_at
)
SELECT count(*) AS links FROM links;

-- The newest checkpoint, and whether the purge's own entry is there and says
-- the same.
-- name: audit_checkpoint :opt
SELECT c.position, c.hash, coalesce(
    a.event_type = 'audit.purge'
        AND a.payload->>'position' = c.position::text
        AND a.payload->>'hash' = encode(c.hash, 'hex'), false) AS is_told
FROM aeturnis.audit_checkpoints AS c
    LEFT JOIN public.audit_log AS a ON a.id = c.entry_id
ORDER BY c.position DESC
LIMIT 1;

-- Links with their entries as audit_pending_page has them.
-- name: audit_chain_page :many
SELECT c.position, c.entry_id, c.hash,
    CASE WHEN a.id IS NOT NULL THEN
        jsonb_build_array(a.id, coalesce(a.actor_uuid, a.actor_id), a.event_type,
            a.resource_type, a.resource_id, a.payload, a.ip_address, a.user_agent,
            to_char(a.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US BC'))::text
    END AS "text?"
FROM aeturnis.audit_chain AS c
    LEFT JOIN public.audit_log AS a ON a.id = c.entry_id
WHERE c.position > @after
ORDER BY c.position
LIMIT @most::integer;

-- Entries that are neither sealed nor waiting, and how many wait.
-- name: audit_outside :one
SELECT (
    SELECT count(*) FROM public.audit_log AS a
    WHERE NOT EXISTS (SELECT FROM aeturnis.audit_chain AS c WHERE c.entry_id = a.id)
      AND NOT EXISTS (SELECT FROM aeturnis.audit_pending AS p
        WHERE p.created_at = a.created_at AND p.entry_id = a.id)) AS outside,
    (SELECT count(*) FROM aeturnis.audit_pending) AS pending;

-- Entries as lines of JSON, the oldest first.
-- name: audit_export :each
SELECT jsonb_build_object('id', a.id, 'created_at',
        to_char(a.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'event_type', a.event_type,
        'actor', coalesce(a.actor_uuid, a.actor_id),
        'resource_type', a.resource_type, 'resource_id', a.resource_id,
        'payload', a.payload, 'ip_address', a.ip_address,
        'user_agent', a.user_agent)::text AS line
FROM public.audit_log AS a
WHERE (sqlc.narg(since)::timestamptz IS NULL OR a.created_at >= sqlc.narg(since))
  AND (sqlc.narg(until)::timestamptz IS NULL OR a.created_at < sqlc.narg(until))
  AND (sqlc.narg(actor)::uuid IS NULL
       OR coalesce(a.actor_uuid, a.actor_id) = sqlc.narg(actor))
  AND (sqlc.narg(event_type)::text IS NULL OR a.event_type = sqlc.narg(event_type))
ORDER BY a.created_at, a.id;

-- Deletes the oldest links that are older than a moment, with their entries, and
-- leaves a checkpoint and an entry of its own. A link whose entry is gone stops
-- it: that is for verify to tell.
-- name: audit_purge_sealed :one
WITH oldest AS (
    SELECT c.position, c.entry_id, a.created_at
    FROM aeturnis.audit_chain AS c
        LEFT JOIN public.audit_log AS a ON a.id = c.entry_id
    ORDER BY c.position
    LIMIT @most::integer
), barrier AS (
    SELECT min(position) AS position
    FROM oldest
    WHERE created_at IS NULL OR created_at >= @before::timestamptz
), links AS (
    DELETE FROM aeturnis.audit_chain AS c
    USING oldest AS o
    WHERE c.position = o.position
      AND o.position < coalesce((SELECT position FROM barrier), o.position + 1)
    RETURNING c.position, c.entry_id, c.hash
), entries AS (
    DELETE FROM public.audit_log AS a
    USING links
    WHERE a.id = links.entry_id
    RETURNING a.id
), last AS (
    SELECT position, hash FROM links ORDER BY position DESC LIMIT 1
), told AS (
    INSERT INTO public.audit_log (actor_id, event_type, resource_type, payload,
        ip_address, user_agent, created_at)
    SELECT sqlc.narg(actor)::uuid, 'audit.purge', 'audit',
        jsonb_build_object('entries', (SELECT count(*) FROM entries),
            'before', @before::timestamptz, 'position', position::text,
            'hash', encode(hash, 'hex')),
        sqlc.narg(ip_address), sqlc.narg(user_agent), clock_timestamp()
    FROM last
    RETURNING id
), checkpoint AS (
    INSERT INTO aeturnis.audit_checkpoints (position, hash, entry_id)
    SELECT last.position, last.hash, told.id FROM last, told
)
SELECT count(*) AS entries FROM entries;

-- The same where nothing was ever sealed: there is no chain to be kept whole.
-- name: audit_purge_unsealed :one
WITH oldest AS (
    SELECT id, created_at
    FROM public.audit_log
    WHERE created_at < @before::timestamptz
      AND NOT EXISTS (SELECT FROM aeturnis.audit_chain)
      AND NOT EXISTS (SELECT FROM aeturnis.audit_checkpoints)
    ORDER BY created_at
    LIMIT @most::integer
), entries AS (
    DELETE FROM public.audit_log AS a
    USING oldest
    WHERE a.id = oldest.id
    RETURNING a.id, a.created_at
), waiting AS (
    DELETE FROM aeturnis.audit_pending AS p
    USING entries AS e
    WHERE p.created_at = e.created_at AND p.entry_id = e.id
), told AS (
    INSERT INTO public.audit_log (actor_id, event_type, resource_type, payload,
        ip_address, user_agent, created_at)
    SELECT sqlc.narg(actor)::uuid, 'audit.purge', 'audit',
        jsonb_build_object('entries', count(*), 'before', @before::timestamptz),
        sqlc.narg(ip_address), sqlc.narg(user_agent), clock_timestamp()
    FROM entries
    HAVING count(*) > 0
)
SELECT count(*) AS entries FROM entries;
