-- What the audit log needs: see 0002.

ALTER TABLE audit_log
    ADD COLUMN actor_uuid uuid,
    ADD COLUMN grandfathered boolean DEFAULT false NOT NULL;
COMMENT ON COLUMN audit_log.actor_uuid IS
    'the actor''s id for good: actor_id becomes NULL when the user is deleted';
COMMENT ON COLUMN audit_log.grandfathered IS
    'the row is older than the rules that it breaks, and exempt from them';

CREATE FUNCTION aeturnis.keep_actor() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = ''
    AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.actor_uuid := coalesce(NEW.actor_uuid, NEW.actor_id);
    ELSE
        NEW.actor_uuid := coalesce(OLD.actor_uuid, OLD.actor_id, NEW.actor_id);
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER audit_log_keep_actor BEFORE INSERT OR UPDATE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION aeturnis.keep_actor();

-- Entries that no link of the chain covers yet.
CREATE TABLE aeturnis.audit_pending (
    created_at timestamp with time zone NOT NULL,
    entry_id uuid NOT NULL,
    CONSTRAINT audit_pending_pkey PRIMARY KEY (created_at, entry_id)
);

CREATE FUNCTION aeturnis.queue_entries() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = ''
    AS $$
BEGIN
    INSERT INTO aeturnis.audit_pending (created_at, entry_id)
    SELECT created_at, id FROM fresh;
    RETURN NULL;
END
$$;

CREATE TRIGGER audit_log_queue AFTER INSERT ON audit_log
    REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION aeturnis.queue_entries();

-- One link an entry, in an order of their own without gaps. hash covers the
-- entry, its position and the hash before it.
CREATE TABLE aeturnis.audit_chain (
    position bigint NOT NULL,
    entry_id uuid NOT NULL,
    hash bytea NOT NULL,
    sealed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT audit_chain_pkey PRIMARY KEY (position),
    CONSTRAINT audit_chain_entry_id_unique UNIQUE (entry_id)
);

-- Where the chain begins since a purge; entry_id is the purge's own entry.
CREATE TABLE aeturnis.audit_checkpoints (
    position bigint NOT NULL,
    hash bytea NOT NULL,
    entry_id uuid NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT audit_checkpoints_pkey PRIMARY KEY (position)
);
