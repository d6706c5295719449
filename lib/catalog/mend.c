/* SPDX-License-Identifier: MIT */
#include "catalog/mend.h"

#include <string.h>

#include "core/text.h"

static void
add_name(aet__text *sql, const char *schema, const char *name)
{
	aet__text_add_identifier(sql, schema);
	aet__text_add_char(sql, '.');
	aet__text_add_identifier(sql, name);
}

/* Takes sql over. Where schemas have two names, the definition's is the wrong one. */
static void
keep(aet__comparison *c, aet__text *sql)
{
	aet__differences *out = c->out;

	if (!aet__text_ok(sql))
		c->status = AET_ENOMEM;
	else if (c->status == AET_OK && out->len > 0 &&
		 c->policy->expected_schema == NULL)
		out->items[out->len - 1].mend =
		    aet__comparison_text(c, "%s", aet__text_view(sql));
	aet__text_free(sql);
}

void
aet__mend_constraint(aet__comparison *c, const aet__table_pair *pair,
    const aet__constraint *expected, const aet__constraint *actual)
{
	aet__text sql = { 0 };

	aet__text_add(&sql, "ALTER TABLE ");
	add_name(&sql, pair->actual->schema, pair->actual->name);
	if (actual != NULL) {
		aet__text_add(&sql, " DROP CONSTRAINT ");
		aet__text_add_identifier(&sql, actual->name);
		aet__text_add_char(&sql, ',');
	}
	aet__text_add(&sql, " ADD CONSTRAINT ");
	aet__text_add_identifier(&sql, expected->name);
	aet__text_addf(&sql, " %s", expected->definition);
	keep(c, &sql);
}

void
aet__mend_unvalidated(
    aet__comparison *c, const aet__table_pair *pair, const aet__constraint *actual)
{
	aet__text sql = { 0 };

	aet__text_add(&sql, "ALTER TABLE ");
	add_name(&sql, pair->actual->schema, pair->actual->name);
	aet__text_add(&sql, " VALIDATE CONSTRAINT ");
	aet__text_add_identifier(&sql, actual->name);
	keep(c, &sql);
}

/* One that a constraint has goes and comes with it. */
void
aet__mend_index(aet__comparison *c, const aet__table_pair *pair,
    const aet__index *expected, const aet__index *actual)
{
	aet__text sql = { 0 };

	if (expected->constraint != NULL)
		return;
	if (actual != NULL) {
		aet__text_add(&sql, "DROP INDEX ");
		add_name(&sql, pair->actual->schema, actual->name);
		aet__text_add(&sql, "; ");
	}
	aet__text_add(&sql, expected->definition);
	keep(c, &sql);
}

void
aet__mend_object(
    aet__comparison *c, const aet__object *expected, const aet__object *actual)
{
	bool trigger = strcmp(expected->kind, "trigger") == 0;
	aet__text sql = { 0 };

	if (expected->definition == NULL ||
	    (!trigger && strcmp(expected->kind, "function") != 0 &&
		strcmp(expected->kind, "procedure") != 0))
		return;
	if (trigger && actual != NULL) {
		aet__text_add(&sql, "DROP TRIGGER ");
		aet__text_add_identifier(&sql, expected->name);
		aet__text_add(&sql, " ON ");
		add_name(&sql, actual->schema, actual->table);
		aet__text_add(&sql, "; ");
	}
	aet__text_add(&sql, expected->definition);
	keep(c, &sql);
}
