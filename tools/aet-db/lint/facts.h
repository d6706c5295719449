/* SPDX-License-Identifier: MIT */
/*
 * What the catalogue says at one moment, and what the session has locked and
 * scanned: taken before and after a statement, two of these tell what it did.
 * look.sql has the meaning of each kind's texts.
 */
#ifndef AET_DB_LINT_FACTS_H
#define AET_DB_LINT_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/deadline.h"
#include "pg/connection.h"

typedef enum lint_kind {
	LINT_SCHEMA,
	LINT_RELATION,
	LINT_COLUMN,
	LINT_CONSTRAINT,
	LINT_INDEX,
	LINT_LABEL,
	LINT_TYPE,
	LINT_FUNCTION,
	LINT_POLICY,
	LINT_GRANT,
	LINT_LOCK,
	LINT_WORK,
	LINT_KINDS
} lint_kind;

/* Which of a fact's texts says what. */
enum {
	RELATION_KIND = 0,
	RELATION_FILE,
	RELATION_SECURED,
	RELATION_PARTITION,
	RELATION_FAMILY,

	COLUMN_TYPE = 0, /* oid/modifier */
	COLUMN_NOT_NULL,
	COLUMN_DEFAULT, /* d: has one, m: known without a rewrite, i: identity, g: generated
	                 */
	COLUMN_TYPE_TEXT,
	COLUMN_TYPE_KIND, /* pg_type.typtype */

	CONSTRAINT_KIND = 0, /* pg_constraint.contype */
	CONSTRAINT_VALID,
	CONSTRAINT_COLUMNS, /* "{1,2}" */
	CONSTRAINT_REFERS,
	CONSTRAINT_INDEX,

	INDEX_UNIQUE = 0,
	INDEX_VALID,
	INDEX_FILE,
	INDEX_COLUMNS, /* "1 2" */

	LABEL_TYPE = 0,
	LABEL_TEXT,

	GRANT_PRIVILEGE = 0,
	GRANT_ROLE,
	GRANT_WHAT,

	WORK_SCANS = 0,
	WORK_UPDATED,
	WORK_DELETED,

	LINT_TEXTS = 5
};

typedef struct lint_fact {
	lint_kind kind;
	const char *id;      /* the same for as long as the object is */
	const char *belongs; /* the id of its relation, of a label's type */
	const char *name;    /* for people, and the same where an object is made anew */
	const char *texts[LINT_TEXTS]; /* "" for SQL NULL */
} lint_fact;

typedef struct lint_look {
	int holders;
	aet__result *result; /* whose texts the facts are */
	lint_fact *facts;
	size_t count;
	uint32_t *by_id; /* hash tables of indexes into facts, from 1 */
	uint32_t *by_name;
	size_t size; /* of each, a power of two */
} lint_look;

/* The statement that looks, as it is prepared on the connection. */
#define LINT_LOOK "aet_lint_look"

/* What a connection needs before the first look. journal: a schema to pass over. */
aet_status lint_look_prepare(aet__connection *connection, const char *journal,
    aet__deadline deadline, aet_error *err);

/* Looks. *out is held once: lint_look_drop(). */
aet_status lint_look_take(
    aet__connection *connection, aet__deadline deadline, lint_look **out, aet_error *err);

/* Another holder of the same; NULL is nothing. */
lint_look *lint_look_hold(lint_look *look);
void lint_look_drop(lint_look **look);

/* NULL: there is none. */
const lint_fact *lint_find(const lint_look *look, lint_kind kind, const char *id);
const lint_fact *lint_find_name(const lint_look *look, lint_kind kind, const char *name);

/* The same object, at the moment of look. */
const lint_fact *lint_then(const lint_look *look, const lint_fact *fact);

bool lint_says(const lint_fact *fact, int text, const char *value);
bool lint_same(const lint_fact *one, const lint_fact *other, int text);

/* How much larger a counter of the relation's work has become. */
int64_t lint_work(
    const lint_look *before, const lint_look *after, const char *relation, int text);

/* Whether anything but locks and work is another. */
bool lint_differs(const lint_look *before, const lint_look *after);

/* Whether the session holds a lock of that mode on the relation. */
bool lint_holds(const lint_look *look, const char *relation, const char *mode);

#endif
