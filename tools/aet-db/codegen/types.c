/* SPDX-License-Identifier: MIT */
#include "types.h"

#include <stddef.h>
#include <string.h>

#define PLAIN(oid_, sql_, c_, stem)                                              \
	{                                                                        \
		.shape = CODEGEN_VALUE, .oid = (oid_), .sql = (sql_), .c = (c_), \
		.opt = "aet_opt_" stem, .field = "aet_field_" stem,              \
		.set = "aet_set_" stem, .codec = (stem)                          \
	}

#define TEXT(oid_, sql_)                                                               \
	{                                                                              \
		.shape = CODEGEN_TEXT, .oid = (oid_), .sql = (sql_),                   \
		.c = "const char *", .opt = "const char *", .field = "aet_field_text", \
		.set = "aet_set_text", .codec = "text"                                 \
	}

#define JSON(oid_, name)                                                              \
	{                                                                             \
		.shape = CODEGEN_JSON, .oid = (oid_), .sql = (name), .c = "aet_json", \
		.opt = "aet_json", .field = "aet_field_json", .set = "aet_set_json",  \
		.codec = (name)                                                       \
	}

/* Arguments go as text[], which PostgreSQL assigns to the others. */
#define TEXTS(oid_, sql_)                                                      \
	{                                                                      \
		.shape = CODEGEN_TEXTS, .oid = (oid_), .parameter_oid = 1009,  \
		.sql = (sql_), .c = "aet_text_array", .opt = "aet_text_array", \
		.field = "aet_field_text_array", .set = "aet_set_text_array",  \
		.codec = "text_array"                                          \
	}

/* The oids are those of src/include/catalog/pg_type.dat. */
static const codegen_type types[] = {
	PLAIN(16, "boolean", "bool", "bool"),
	PLAIN(17, "bytea", "aet_bytes", "bytes"),
	TEXT(19, "name"),
	PLAIN(20, "bigint", "int64_t", "int64"),
	PLAIN(21, "smallint", "int16_t", "int16"),
	PLAIN(23, "integer", "int32_t", "int32"),
	TEXT(25, "text"),
	JSON(114, "json"),
	PLAIN(700, "real", "float", "float"),
	PLAIN(701, "double precision", "double", "double"),
	TEXTS(1003, "name[]"),
	TEXTS(1009, "text[]"),
	TEXTS(1014, "character[]"),
	TEXTS(1015, "character varying[]"),
	TEXT(1042, "character"),
	TEXT(1043, "character varying"),
	PLAIN(1184, "timestamp with time zone", "aet_timestamp", "timestamp"),
	PLAIN(2950, "uuid", "aet_uuid", "uuid"),
	JSON(3802, "jsonb"),
};

const codegen_type *
codegen_type_by_oid(uint32_t oid)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i].oid == oid)
			return &types[i];
	return NULL;
}

const char *
codegen_type_space(const char *c)
{
	return c[strlen(c) - 1] == '*' ? "" : " ";
}
