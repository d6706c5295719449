/* SPDX-License-Identifier: MIT */
/*
 * A table that is dropped and made again keeps its rows: they are laid aside
 * in a table of their own, and put back once the new one stands. What no longer
 * fits its type, or a partition, fails then, and nothing is lost.
 */
#include <string.h>

#include "diff/plan.h"

#define DEEP 32 /* partitions of partitions, types of types */

/* ---- whose rows ---------------------------------------------------------- */

bool
diff_holds_rows(const diff_object *object)
{
	return diff_is(object, "table") && object->detail[0] != 'f';
}

const diff_object *
diff_whole_of(const diff_object *table)
{
	for (size_t i = 0; i < table->user_count; i++) {
		const diff_object *link = table->users[i];

		if (!diff_is(link, "partition") || link->parent != table)
			continue;
		for (size_t j = 0; j < link->need_count; j++)
			if (diff_is(link->needs[j].on, "table") &&
			    link->needs[j].on != table)
				return link->needs[j].on;
	}
	return NULL;
}

static bool
is_part_of(const diff_object *table, const diff_object *whole)
{
	for (int depth = 0; table != NULL && table != whole && depth < DEEP; depth++)
		table = diff_whole_of(table);
	return table == whole;
}

const diff_object *
diff_way_in(const diff_object *newer)
{
	const diff_object *top = newer;
	const diff_object *older = newer->other;

	for (int depth = 0; depth < DEEP; depth++) {
		const diff_object *whole = diff_whole_of(top);

		older = diff_whole_of(older);
		if (whole == NULL || older == NULL || whole->other != older)
			break;
		top = whole;
	}
	return top;
}

static bool
is_made_again(const diff_object *older)
{
	return older->action == DIFF_REMAKE && diff_holds_rows(older) &&
	       diff_holds_rows(older->other);
}

/* Whether a whole table brings this one's rows along, here and there. */
bool
diff_rows_are_kept_by_whole(const diff_object *older)
{
	const diff_object *whole = diff_whole_of(older);

	for (int depth = 0; whole != NULL && depth < DEEP; depth++) {
		if (is_made_again(whole) &&
		    (older->other == NULL || older->action != DIFF_REMAKE ||
			is_part_of(older->other, whole->other)))
			return true;
		whole = diff_whole_of(whole);
	}
	return false;
}

bool
diff_keeps_rows(const diff_object *older)
{
	return is_made_again(older) && !diff_rows_are_kept_by_whole(older);
}

/* ---- in which words ------------------------------------------------------ */

/* What a type is made of. */
static bool
is_part(const diff_object *user, const diff_object *type)
{
	return user->parent == type &&
	       (diff_is(user, "attribute") || diff_is(user, "column"));
}

/* Whether what holds the old rows would be in the way of what becomes of the
 * type, or of one that it is made of. */
static bool
type_moves(const diff_object *type, int depth)
{
	if (type->action != DIFF_KEEP)
		return true;
	for (size_t i = 0; i < type->user_count; i++)
		if (is_part(type->users[i], type) && type->users[i]->action != DIFF_KEEP)
			return true;
	for (size_t i = 0; i < type->need_count; i++)
		if (depth < DEEP && !diff_is(type->needs[i].on, "schema") &&
		    type_moves(type->needs[i].on, depth + 1))
			return true;
	return false;
}

/* What a column stands on besides its table that moves; NULL: nothing. */
static const diff_object *
moving(const diff_object *column)
{
	for (size_t i = 0; i < column->need_count; i++) {
		const diff_object *on = column->needs[i].on;

		if (on != column->parent && !diff_is(on, "column") && type_moves(on, 0))
			return on;
	}
	return NULL;
}

static bool
is_kept_as_text(const diff_object *column)
{
	const diff_object *on = moving(column);

	return on != NULL && !diff_is(on, "collation");
}

static const char *
kept_form(const diff_object *column)
{
	const diff_object *on = moving(column);

	if (on == NULL)
		return "";
	return diff_is(on, "collation") ? " COLLATE pg_catalog.\"default\"" : "::text";
}

/* Of the old table's, one that the new one has, too, and does not compute. */
static bool
is_kept_column(const diff_object *user, const diff_object *table)
{
	return diff_is(user, "column") && user->parent == table && user->other != NULL &&
	       user->other->shape == NULL;
}

/* Beside the old table, by its number in the catalogue. */
static const char *
aside_name(codegen_memory *memory, const diff_object *table)
{
	return codegen_format(memory, "%.*saet_kept_%s",
	    (int)(diff_last_name(table->name) - table->name), table->name,
	    diff_number_of(memory, table));
}

/* The same for the place that an identity has come to. */
static const char *
place_name(codegen_memory *memory, const char *aside, const diff_object *identity)
{
	return codegen_format(memory, "%s_%s", aside, diff_number_of(memory, identity));
}

/* What gives the column its numbers; NULL: nothing does. */
static const diff_object *
identity_of(const diff_object *column)
{
	for (size_t i = 0; i < column->user_count; i++)
		if (diff_is(column->users[i], "identity"))
			return column->users[i];
	return NULL;
}

static const diff_object *
kept_identity_of(const diff_object *column)
{
	const diff_object *identity = identity_of(column);

	return identity != NULL && identity->other != NULL ? identity : NULL;
}

const char *
diff_keep_text(codegen_memory *memory, const diff_object *table)
{
	const char *aside = aside_name(memory, table);
	aet__text text = { 0 };

	aet__text_addf(&text, "CREATE TABLE %s AS SELECT", aside);
	for (size_t i = 0, count = 0; i < table->user_count; i++) {
		const diff_object *column = table->users[i];
		const char *name = diff_last_name(column->name);

		if (!is_kept_column(column, table))
			continue;
		aet__text_addf(&text, "%s %s", count++ > 0 ? "," : "", name);
		if (moving(column) != NULL)
			aet__text_addf(&text, "%s AS %s", kept_form(column), name);
	}
	aet__text_addf(
	    &text, " FROM %s%s", table->detail[0] == 'r' ? "ONLY " : "", table->name);
	for (size_t i = 0; i < table->user_count; i++) {
		const diff_object *identity = kept_identity_of(table->users[i]);

		if (is_kept_column(table->users[i], table) && identity != NULL)
			aet__text_addf(&text,
			    ";\nCREATE TABLE %s AS SELECT last_value, is_called FROM %s",
			    place_name(memory, aside, identity), identity->shape);
	}
	return codegen_keep(memory, &text);
}

static void
add_value(codegen_memory *memory, aet__text *text, const diff_object *column)
{
	const char *name = diff_last_name(column->name);
	const char *changed = NULL;

	if (is_kept_as_text(column))
		changed =
		    codegen_format(memory, "%s::%s", name, column->other->detail + 1);
	else if (strcmp(column->definition, column->other->definition) != 0)
		changed = diff_using_text(memory, column, column->other);
	aet__text_addf(
	    text, "%s%s", text->len > 0 ? ", " : "", changed != NULL ? changed : name);
}

/* Numbers go on where the old ones end, or the rows'. */
static void
add_place(codegen_memory *memory, aet__text *text, const char *aside,
    const diff_object *identity)
{
	const char *place;

	if (identity->other == NULL) {
		aet__text_addf(text, ";\n%s", strstr(identity->create, ";\n") + 2);
		return;
	}
	place = place_name(memory, aside, identity->other);
	aet__text_addf(text, ";\nSELECT pg_catalog.setval(");
	aet__text_add_literal(text, identity->shape);
	aet__text_addf(text,
	    ", last_value, is_called) FROM %s WHERE last_value BETWEEN %lld AND %lld;\n"
	    "DROP TABLE %s",
	    place, diff_setting(identity, "MINVALUE "),
	    diff_setting(identity, "MAXVALUE "), place);
}

const char *
diff_restore_text(codegen_memory *memory, const diff_object *table)
{
	const char *aside = aside_name(memory, table);
	const char *into = diff_way_in(table->other)->name;
	aet__text columns = { 0 };
	aet__text values = { 0 };
	aet__text places = { 0 };
	aet__text text = { 0 };

	for (size_t i = 0; i < table->user_count; i++) {
		const diff_object *column = table->users[i];

		if (!is_kept_column(column, table))
			continue;
		aet__text_addf(&columns, "%s%s", columns.len > 0 ? ", " : "",
		    diff_last_name(column->name));
		add_value(memory, &values, column);
		if (identity_of(column->other) != NULL)
			add_place(memory, &places, aside, identity_of(column->other));
	}
	if (columns.len > 0)
		aet__text_addf(&text, "INSERT INTO %s (%s)%s SELECT %s", into,
		    aet__text_view(&columns),
		    places.len > 0 ? " OVERRIDING SYSTEM VALUE" : "",
		    aet__text_view(&values));
	else
		aet__text_addf(&text, "INSERT INTO %s SELECT", into);
	aet__text_addf(
	    &text, " FROM %s;\nDROP TABLE %s%s", aside, aside, aet__text_view(&places));
	aet__text_free(&columns);
	aet__text_free(&values);
	aet__text_free(&places);
	return codegen_keep(memory, &text);
}

/* ---- rows that a new partition takes over -------------------------------- */

/* The partition with what fits no other, if it stays; NULL: there is none. */
static const diff_object *
rest_of(const diff_object *whole)
{
	for (size_t i = 0; whole != NULL && i < whole->user_count; i++) {
		const diff_object *link = whole->users[i];

		if (diff_is(link, "partition") && link->parent != whole &&
		    link->action == DIFF_KEEP && strcmp(link->definition, "DEFAULT") == 0)
			return link->parent;
	}
	return NULL;
}

const char *
diff_make_room_text(codegen_memory *memory, const diff_object *link)
{
	const diff_object *rest = rest_of(diff_whole_of(link->parent));
	aet__text columns = { 0 };
	const char *names;

	if (rest == NULL || link->detail[1] == '\0' || link->parent->detail[0] != 'r')
		return NULL;
	for (size_t i = 0; i < link->parent->user_count; i++) {
		const diff_object *column = link->parent->users[i];

		if (diff_is(column, "column") && column->parent == link->parent &&
		    column->shape == NULL)
			aet__text_addf(&columns, "%s%s", columns.len > 0 ? ", " : "",
			    diff_last_name(column->name));
	}
	names = codegen_keep(memory, &columns);
	return codegen_format(memory,
	    "WITH moved AS (DELETE FROM %s WHERE %s RETURNING %s)\n"
	    "INSERT INTO %s (%s) SELECT %s FROM moved",
	    rest->name, link->detail + 1, names, link->parent->name, names, names);
}
