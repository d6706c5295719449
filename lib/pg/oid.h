/* SPDX-License-Identifier: MIT */
/* The oids of built-in types that the codec names: fixed in PostgreSQL's
 * pg_type.dat, the same in every database. */
#ifndef AET_PG_OID_H
#define AET_PG_OID_H

enum { AET__OID_TEXT = 25, AET__OID_UUID = 2950 };

#endif
