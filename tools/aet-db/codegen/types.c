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

/* Of <aeturnis/values.h>. */
#define VALUE(oid_, sql_, c_, stem)                                              \
	{                                                                        \
		.shape = CODEGEN_VALUE, .oid = (oid_), .sql = (sql_), .c = (c_), \
		.opt = "aet_opt_" stem, .field = "aet_field_" stem,              \
		.set = "aet_set_" stem, .codec = (stem), .beyond = true          \
	}

#define NUMBERED(oid_, sql_) VALUE(oid_, sql_, "uint32_t", "uint32")

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
	VALUE(18, "\"char\"", "char", "char"),
	TEXT(19, "name"),
	PLAIN(20, "bigint", "int64_t", "int64"),
	PLAIN(21, "smallint", "int16_t", "int16"),
	PLAIN(23, "integer", "int32_t", "int32"),
	NUMBERED(24, "regproc"),
	TEXT(25, "text"),
	NUMBERED(26, "oid"),
	VALUE(27, "tid", "aet_tid", "tid"),
	NUMBERED(28, "xid"),
	NUMBERED(29, "cid"),
	JSON(114, "json"),
	TEXT(142, "xml"),
	VALUE(600, "point", "aet_point", "point"),
	VALUE(601, "lseg", "aet_lseg", "lseg"),
	VALUE(602, "path", "aet_path", "path"),
	VALUE(603, "box", "aet_box", "box"),
	VALUE(604, "polygon", "aet_polygon", "polygon"),
	VALUE(628, "line", "aet_line", "line"),
	VALUE(650, "cidr", "aet_inet", "inet"),
	PLAIN(700, "real", "float", "float"),
	PLAIN(701, "double precision", "double", "double"),
	VALUE(718, "circle", "aet_circle", "circle"),
	VALUE(774, "macaddr8", "aet_macaddr", "macaddr"),
	VALUE(790, "money", "aet_money", "money"),
	VALUE(829, "macaddr", "aet_macaddr", "macaddr"),
	VALUE(869, "inet", "aet_inet", "inet"),
	TEXTS(1003, "name[]"),
	TEXTS(1009, "text[]"),
	TEXTS(1014, "character[]"),
	TEXTS(1015, "character varying[]"),
	TEXT(1042, "character"),
	TEXT(1043, "character varying"),
	VALUE(1082, "date", "aet_date", "date"),
	VALUE(1083, "time without time zone", "aet_time", "time"),
	VALUE(1114, "timestamp without time zone", "aet_local_timestamp",
	    "local_timestamp"),
	PLAIN(1184, "timestamp with time zone", "aet_timestamp", "timestamp"),
	VALUE(1186, "interval", "aet_interval", "interval"),
	VALUE(1266, "time with time zone", "aet_timetz", "timetz"),
	VALUE(1560, "bit", "aet_bits", "bits"),
	VALUE(1562, "bit varying", "aet_bits", "bits"),
	VALUE(1700, "numeric", "aet_numeric", "numeric"),
	TEXT(1790, "refcursor"),
	NUMBERED(2202, "regprocedure"),
	NUMBERED(2203, "regoper"),
	NUMBERED(2204, "regoperator"),
	NUMBERED(2205, "regclass"),
	NUMBERED(2206, "regtype"),
	PLAIN(2950, "uuid", "aet_uuid", "uuid"),
	VALUE(3220, "pg_lsn", "uint64_t", "uint64"),
	NUMBERED(3734, "regconfig"),
	NUMBERED(3769, "regdictionary"),
	JSON(3802, "jsonb"),
	NUMBERED(4089, "regnamespace"),
	NUMBERED(4096, "regrole"),
	NUMBERED(4191, "regcollation"),
	VALUE(5069, "xid8", "uint64_t", "uint64"),
};

const codegen_type *
codegen_type_by_oid(uint32_t oid)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i].oid == oid)
			return &types[i];
	return NULL;
}

/* What a type of an extension's, or a less common one of PostgreSQL's, shares
 * with one of the table: the bytes of its send function. */
static const struct {
	const char *send;
	uint32_t like;
} sends[] = {
	{ "textsend", 25 },
	{ "varcharsend", 25 },
	{ "bpcharsend", 25 },
	{ "citextsend", 25 },
	{ "namesend", 25 },
	{ "unknownsend", 25 },
	{ "cstring_send", 25 },
	{ "enum_send", 25 },
	{ "xml_send", 25 },
	{ "jsonpath_send", 3802 },
	{ "int2send", 21 },
	{ "int4send", 23 },
	{ "int8send", 20 },
	{ "float4send", 700 },
	{ "float8send", 701 },
	{ "boolsend", 16 },
	{ "uuid_send", 2950 },
	{ "numeric_send", 1700 },
	{ "date_send", 1082 },
	{ "timestamptz_send", 1184 },
	{ "timestamp_send", 1114 },
};

const codegen_type *
codegen_type_by_send(const char *send)
{
	for (size_t i = 0; i < sizeof(sends) / sizeof(sends[0]); i++)
		if (strcmp(sends[i].send, send) == 0)
			return codegen_type_by_oid(sends[i].like);
	return NULL;
}

bool
codegen_type_has_opt(const codegen_type *type)
{
	return type->shape == CODEGEN_VALUE || type->shape == CODEGEN_ID ||
	       type->shape == CODEGEN_CUSTOM;
}

const char *
codegen_type_space(const char *c)
{
	return c[strlen(c) - 1] == '*' ? "" : " ";
}
