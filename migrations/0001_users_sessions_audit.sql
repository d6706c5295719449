-- Users, their sessions and the audit log, as the TypeScript original made them.
-- Names are left unqualified on purpose: the migrator runs the library's own
-- files with search_path fixed to public, and compares what it finds in an
-- adopted database with these very definitions, made in a scratch schema.
CREATE TABLE users (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    email character varying(255) NOT NULL,
    username character varying(50) NOT NULL,
    password_hash text NOT NULL,
    roles text[] DEFAULT '{user}'::text[] NOT NULL,
    email_verified boolean DEFAULT false NOT NULL,
    status character varying(20) DEFAULT 'active' NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    last_login timestamp with time zone,
    metadata jsonb DEFAULT '{}'::jsonb,
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_email_unique UNIQUE (email),
    CONSTRAINT users_username_unique UNIQUE (username)
);

CREATE TABLE user_sessions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid NOT NULL,
    refresh_token_jti character varying(255) NOT NULL,
    ip_address character varying(45),
    user_agent text,
    expires_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_active_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT user_sessions_pkey PRIMARY KEY (id),
    CONSTRAINT user_sessions_refresh_token_jti_unique UNIQUE (refresh_token_jti),
    CONSTRAINT user_sessions_user_id_users_id_fk FOREIGN KEY (user_id)
        REFERENCES users (id) ON DELETE CASCADE
);

CREATE TABLE audit_log (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    actor_id uuid,
    event_type character varying(50) NOT NULL,
    resource_type character varying(50),
    resource_id character varying(255),
    payload jsonb DEFAULT '{}'::jsonb,
    ip_address character varying(45),
    user_agent text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT audit_log_pkey PRIMARY KEY (id),
    CONSTRAINT audit_log_actor_id_users_id_fk FOREIGN KEY (actor_id)
        REFERENCES users (id) ON DELETE SET NULL
);

CREATE INDEX idx_users_email ON users (email);
CREATE INDEX idx_users_username ON users (username);
CREATE INDEX idx_users_status ON users (status);

CREATE INDEX idx_sessions_user_id ON user_sessions (user_id);
CREATE UNIQUE INDEX idx_sessions_jti ON user_sessions (refresh_token_jti);
CREATE INDEX idx_sessions_expires ON user_sessions (expires_at);

CREATE INDEX idx_audit_actor ON audit_log (actor_id);
CREATE INDEX idx_audit_event_type ON audit_log (event_type);
CREATE INDEX idx_audit_created_at ON audit_log (created_at);
