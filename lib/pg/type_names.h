/* SPDX-License-Identifier: MIT */
/*
 * The oids that the types of a schema have in the connected database: looked
 * up once a connection, since they differ from one database to the next.
 */
#ifndef AET_PG_TYPE_NAMES_H
#define AET_PG_TYPE_NAMES_H

#include <aeturnis/statement.h>

#include "pg/connection.h"

typedef struct aet__type_names {
	struct aet__type_name *items;
	size_t count;
	size_t capacity;
} aet__type_names;

void aet__type_names_free(aet__type_names *names);

/* Fails with AET_EDATA where there is no such type, and as any query does. */
aet_status aet__type_oid(aet__connection *connection, const char *name,
    aet__deadline deadline, uint32_t *oid, aet_error *err);

/* The type of arrays of a type, which unnest makes a column of again. Fails with
 * AET_EINVAL where there is none: of arrays, and of composites. */
aet_status aet__type_array(aet__connection *connection, uint32_t element,
    aet__deadline deadline, uint32_t *oid, aet_error *err);

/* Fills in every oid that the arguments wait for. */
aet_status aet__args_resolve(aet__connection *connection, const aet_args *args,
    aet__deadline deadline, aet_error *err);

#endif
