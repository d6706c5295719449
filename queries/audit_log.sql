-- Lists what was done to one thing, the newest first.
-- name: audit_entry_list_by_resource :many
SELECT id, actor_id, event_type, resource_type, resource_id, payload, ip_address,
       user_agent, created_at, actor_uuid
FROM public.audit_log
WHERE resource_type = @resource_type
  AND resource_id = @resource_id
ORDER BY created_at DESC, id DESC
LIMIT @most::integer;

-- Lists events of one type since a moment, the newest first.
-- name: audit_entry_list_by_event_type :many
SELECT id, actor_id, event_type, resource_type, resource_id, payload, ip_address,
       user_agent, created_at, actor_uuid
FROM public.audit_log
WHERE event_type = @event_type
  AND created_at >= @since
ORDER BY created_at DESC, id DESC
LIMIT @most::integer;
