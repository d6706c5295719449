/* SPDX-License-Identifier: MIT */
/* What a statement takes and answers, as the server says it, without running it. */
#ifndef AET_PG_DESCRIBE_H
#define AET_PG_DESCRIBE_H

#include <stddef.h>
#include <stdint.h>

#include "pg/connection.h"

typedef struct aet__described_column {
	char *name;
	uint32_t type;         /* what is under a domain */
	int32_t type_modifier; /* -1: none */
	uint32_t table;        /* whose column it is, unchanged; 0: nobody's */
	int16_t table_column;  /* pg_attribute.attnum; 0 likewise */
} aet__described_column;

typedef struct aet__description {
	uint32_t *parameters; /* oids */
	size_t parameter_count;
	aet__described_column *columns;
	size_t column_count;
} aet__description;

/*
 * Prepares sql as the unnamed statement and describes it. Fails as any
 * statement does; aet__connection_failure() then tells where in sql.
 *
 *   out  wholly overwritten on success: aet__description_free()
 */
aet_status aet__connection_describe(aet__connection *connection, const char *sql,
    aet__deadline deadline, aet__description *out, aet_error *err);

/* As above, with the types of the first parameters given, as they are when a
 * statement is prepared to be run: one that the text does not name then needs
 * no other to be known. */
aet_status aet__connection_describe_as(aet__connection *connection, const char *sql,
    const uint32_t *types, size_t type_count, aet__deadline deadline,
    aet__description *out, aet_error *err);

/* One that is {0} may be freed too. */
void aet__description_free(aet__description *description);

#endif
