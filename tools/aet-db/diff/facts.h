/* SPDX-License-Identifier: MIT */
/*
 * A schema as a heap of objects that all look alike: what each is called, what
 * it says, the SQL that makes, changes and removes it, and what it stands on.
 * A table's row security, a column's NOT NULL, a comment and a grant are
 * objects as a table is, so that a difference of any kind is planned in one
 * way. Which kinds there are, and how their SQL reads, is in kinds/.
 */
#ifndef AET_DB_DIFF_FACTS_H
#define AET_DB_DIFF_FACTS_H

#include <stdbool.h>
#include <stddef.h>

#include "codegen/memory.h"
#include "core/deadline.h"
#include "diff/lookup.h"
#include "pg/connection.h"

typedef struct diff_object diff_object;

/* That an object stands on another. */
typedef struct diff_need {
	diff_object *on;
	bool owned; /* it goes with the other, without a statement of its own */
	bool weak;  /* it only comes after the other */
} diff_need;

typedef enum diff_action {
	DIFF_KEEP,
	DIFF_CHANGE, /* in place, by the newer object's alter */
	DIFF_REMAKE, /* dropped and created again */
	DIFF_CREATE, /* in the newer schema only */
	DIFF_DROP    /* in the older schema only */
} diff_action;

struct diff_object {
	const char *kind;
	const char *address; /* NULL: nothing refers to it */
	const char *name;    /* unique in its kind; qualified, as SQL writes it */
	const char *shape; /* where it differs, nothing but remaking helps; NULL: none */
	const char *definition; /* what it says */
	const char *create;     /* "": something else makes it; NULL: not known here */
	const char *alter;      /* makes any of the same shape like it; NULL: cannot */
	const char *drop;       /* "" and NULL as with create */
	const char *detail;  /* what the kind's own rules want to know; NULL: nothing */
	bool inlined;        /* its parent's create makes it, too */
	diff_object **links; /* inheritances that it is a part of */
	size_t link_count;
	diff_object *parent;
	diff_need *needs;
	size_t need_count;
	diff_object **users; /* those that need it */
	size_t user_count;

	diff_object *other; /* its like in the other schema; NULL: none */
	diff_action action;
	struct diff_step *step;       /* that drops it, or that makes or changes it */
	struct diff_step *aside;      /* of a type: renamed first, dropped at the end */
	struct diff_step *rows;       /* of a table: they are laid aside, or put back */
	const struct diff_step *seen; /* the last such step that looked at it */
};

typedef struct diff_schema {
	codegen_memory *memory;
	diff_object **objects;
	size_t count;
	diff_lookup by_name;
	diff_lookup by_address;
} diff_schema;

/* Of the same kind and name; NULL: none. */
diff_object *diff_schema_find(
    const diff_schema *schema, const char *kind, const char *name);

bool diff_is(const diff_object *object, const char *kind);

/*
 * Reads a whole schema in one read-only snapshot, or in the transaction that is
 * open, which stays as it was.
 *
 *   loaded  a file was loaded by the connection's user: that it owns something
 *           says nothing
 *   out     lives in memory. Untouched on failure
 */
aet_status diff_schema_read(codegen_memory *memory, aet__connection *connection,
    bool loaded, aet__deadline deadline, diff_schema **out, aet_error *err);

/* The same of the database of url. */
aet_status diff_schema_read_url(codegen_memory *memory, const char *url, bool loaded,
    aet__deadline deadline, diff_schema **out, aet_error *err);

#endif
