/* SPDX-License-Identifier: MIT */
#include "pg/type_names.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/memory.h"
#include "pg/args.h"
#include "pg/binary.h"
#include "pg/oid.h"
#include "pg/private.h"

struct aet__type_name {
	char *name;
	uint32_t oid;
};

void
aet__type_names_free(aet__type_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->items[i].name);
	free(names->items);
	*names = (aet__type_names){ 0 };
}

static aet_status
keep(aet__type_names *names, const char *name, uint32_t oid, aet_error *err)
{
	void *items = names->items;
	char *copy = aet__memory_text(name);

	if (copy == NULL || !aet__memory_grow(&items, &names->capacity, names->count + 1,
				sizeof(*names->items))) {
		free(copy);
		return aet__error_memory(err);
	}
	names->items = items;
	names->items[names->count++] = (struct aet__type_name){ copy, oid };
	return AET_OK;
}

static aet_status
look_up(aet__connection *connection, const char *name, aet__deadline deadline,
    uint32_t *oid, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status = aet__connection_query(connection,
	    "SELECT pg_catalog.to_regtype($1)::pg_catalog.oid", &name, 1, deadline,
	    &result, err);

	if (status != AET_OK)
		return status;
	*oid = (uint32_t)aet__result_int64(result, 0, 0);
	aet__result_free(result);
	if (*oid == 0)
		return aet_error_set(
		    err, AET_EDATA, "type \"%s\" does not exist in this database", name);
	return AET_OK;
}

aet_status
aet__type_oid(aet__connection *connection, const char *name, aet__deadline deadline,
    uint32_t *oid, aet_error *err)
{
	aet__type_names *names = &connection->type_names;
	aet_status status;

	for (size_t i = 0; i < names->count; i++) {
		if (strcmp(names->items[i].name, name) == 0) {
			*oid = names->items[i].oid;
			return AET_OK;
		}
	}
	status = look_up(connection, name, deadline, oid, err);
	return status == AET_OK ? keep(names, name, *oid, err) : status;
}

/* Those that most columns have, of pg_type.dat. */
static uint32_t
common_array(uint32_t element)
{
	switch (element) {
	case AET__OID_BOOL:
		return 1000;
	case AET__OID_INT8:
		return 1016;
	case AET__OID_INT2:
		return 1005;
	case AET__OID_INT4:
		return 1007;
	case AET__OID_TEXT:
		return AET__OID_TEXT_ARRAY;
	case AET__OID_VARCHAR:
		return AET__OID_VARCHAR_ARRAY;
	case AET__OID_FLOAT4:
		return 1021;
	case AET__OID_FLOAT8:
		return 1022;
	case AET__OID_TIMESTAMPTZ:
		return 1185;
	case AET__OID_UUID:
		return 2951;
	default:
		return 0;
	}
}

static aet_status
look_up_array(aet__connection *connection, uint32_t element, aet__deadline deadline,
    uint32_t *oid, aet_error *err)
{
	char number[16];
	const char *parameters[] = { number };
	aet__result *result = NULL;
	aet_status status;

	snprintf(number, sizeof(number), "%" PRIu32, element);
	status = aet__connection_query(connection,
	    "SELECT typarray FROM pg_catalog.pg_type WHERE oid = $1 AND typtype <> 'c'",
	    parameters, 1, deadline, &result, err);
	if (status == AET_OK)
		*oid = aet__result_rows(result) > 0
			   ? (uint32_t)aet__result_int64(result, 0, 0)
			   : 0;
	aet__result_free(result);
	return status;
}

/* Kept among the names, under one that no type has. */
aet_status
aet__type_array(aet__connection *connection, uint32_t element, aet__deadline deadline,
    uint32_t *oid, aet_error *err)
{
	aet__type_names *names = &connection->type_names;
	uint32_t found = common_array(element);
	aet_status status = AET_OK;
	bool known = found != 0;
	char key[32];

	snprintf(key, sizeof(key), "/array of %" PRIu32, element);
	for (size_t i = 0; i < names->count && !known; i++) {
		known = strcmp(names->items[i].name, key) == 0;
		if (known)
			found = names->items[i].oid;
	}
	if (!known)
		status = look_up_array(connection, element, deadline, &found, err);
	if (!known && status == AET_OK)
		status = keep(names, key, found, err);
	if (status == AET_OK && found == 0)
		status = aet_error_set(err, AET_EINVAL, "no arrays of such a type");
	if (status == AET_OK)
		*oid = found;
	return status;
}

aet_status
aet__args_resolve(aet__connection *connection, const aet_args *args,
    aet__deadline deadline, aet_error *err)
{
	aet_status status = AET_OK;
	void *at = NULL;
	const char *name;
	char *place;
	uint32_t oid;

	while (
	    status == AET_OK && (name = aet__args_next_note(args, &at, &place)) != NULL) {
		status = aet__type_oid(connection, name, deadline, &oid, err);
		if (status == AET_OK)
			aet__binary_put32(place, oid);
	}
	return status;
}
