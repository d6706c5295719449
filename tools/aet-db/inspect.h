/* SPDX-License-Identifier: MIT */
/* What doctor and reset ask the server about itself. */
#ifndef AET_DB_INSPECT_H
#define AET_DB_INSPECT_H

#include <aeturnis/database.h>
#include <aeturnis/types.h>

typedef struct server_facts {
	int32_t version; /* 150004 is 15.4 */
	const char *database;
	const char *role;
	const char *encoding;
	bool may_create_schemas; /* in the database: the journal has one of its own */
	bool may_create_tables;  /* in schema public */
	bool read_only;          /* a standby, or set so */
	aet_timestamp now;
} server_facts;

/*
 * Tables of the names that the library's first migration takes, where not all three
 * are there: somebody else's, which it can neither adopt nor make.
 */
typedef struct strangers {
	const char *tables; /* "public.users, public.audit_log"; NULL: none */
} strangers;

/* *out is owned: aet_block_free(). Fails as every call may. */
aet_status inspect_strangers(aet_db *db, strangers **out, aet_error *err);
aet_status inspect_server(aet_db *db, server_facts **out, aet_error *err);

#endif
