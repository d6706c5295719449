/* SPDX-License-Identifier: MIT */
/* The oids of built-in types that the codec names: fixed in PostgreSQL's
 * pg_type.dat, the same in every database. */
#ifndef AET_PG_OID_H
#define AET_PG_OID_H

enum {
	AET__OID_BOOL = 16,
	AET__OID_NAME = 19,
	AET__OID_INT8 = 20,
	AET__OID_INT2 = 21,
	AET__OID_INT4 = 23,
	AET__OID_TEXT = 25,
	AET__OID_FLOAT4 = 700,
	AET__OID_FLOAT8 = 701,
	AET__OID_TEXT_ARRAY = 1009,
	AET__OID_BPCHAR_ARRAY = 1014,
	AET__OID_VARCHAR_ARRAY = 1015,
	AET__OID_BPCHAR = 1042,
	AET__OID_VARCHAR = 1043,
	AET__OID_TIMESTAMPTZ = 1184,
	AET__OID_UUID = 2950
};

#endif
