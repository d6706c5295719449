/* SPDX-License-Identifier: MIT */
#include "lint/facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/text.h"
#include "lint/queries.h"
#include "pg/result.h"

static const char *const kinds[LINT_KINDS] = { "schema", "relation", "column",
	"constraint", "index", "label", "type", "function", "policy", "grant", "lock",
	"work" };

/* ---- finding -------------------------------------------------------------- */

/* FNV-1a. */
static size_t
hash_of(lint_kind kind, const char *key)
{
	uint64_t hash =
	    (UINT64_C(14695981039346656037) ^ (uint64_t)kind) * UINT64_C(1099511628211);

	for (; *key != '\0'; key++)
		hash = (hash ^ (unsigned char)*key) * UINT64_C(1099511628211);
	return (size_t)(hash ^ hash >> 32);
}

static const char *
key_of(const lint_look *look, const uint32_t *table, uint32_t at)
{
	const lint_fact *fact = &look->facts[at - 1];

	return table == look->by_id ? fact->id : fact->name;
}

/* Where the key is, or would be. The first of two that are alike stays. */
static size_t
slot_of(const lint_look *look, const uint32_t *table, lint_kind kind, const char *key)
{
	size_t slot = hash_of(kind, key) & (look->size - 1);

	while (
	    table[slot] != 0 && (look->facts[table[slot] - 1].kind != kind ||
				    strcmp(key_of(look, table, table[slot]), key) != 0))
		slot = (slot + 1) & (look->size - 1);
	return slot;
}

static const lint_fact *
find_in(const lint_look *look, const uint32_t *table, lint_kind kind, const char *key)
{
	uint32_t at = table[slot_of(look, table, kind, key)];

	return at != 0 ? &look->facts[at - 1] : NULL;
}

const lint_fact *
lint_find(const lint_look *look, lint_kind kind, const char *id)
{
	return find_in(look, look->by_id, kind, id);
}

const lint_fact *
lint_find_name(const lint_look *look, lint_kind kind, const char *name)
{
	return find_in(look, look->by_name, kind, name);
}

const lint_fact *
lint_then(const lint_look *look, const lint_fact *fact)
{
	return lint_find(look, fact->kind, fact->id);
}

bool
lint_says(const lint_fact *fact, int text, const char *value)
{
	return strcmp(fact->texts[text], value) == 0;
}

bool
lint_same(const lint_fact *one, const lint_fact *other, int text)
{
	return lint_says(one, text, other->texts[text]);
}

int64_t
lint_work(const lint_look *before, const lint_look *after, const char *relation, int text)
{
	const lint_fact *now = lint_find(after, LINT_WORK, relation);
	const lint_fact *then = lint_find(before, LINT_WORK, relation);
	int64_t more = now != NULL ? strtoll(now->texts[text], NULL, 10) : 0;

	return more - (then != NULL ? strtoll(then->texts[text], NULL, 10) : 0);
}

bool
lint_holds(const lint_look *look, const char *relation, const char *mode)
{
	char id[64];
	int len = snprintf(id, sizeof(id), "%s/%s", relation, mode);

	if (len < 0 || (size_t)len >= sizeof(id))
		return false;
	return lint_find(look, LINT_LOCK, id) != NULL;
}

static bool
is_schema(const lint_fact *fact)
{
	return fact->kind != LINT_LOCK && fact->kind != LINT_WORK;
}

static bool
is_like(const lint_fact *one, const lint_fact *other)
{
	if (other == NULL || strcmp(one->name, other->name) != 0)
		return false;
	for (int i = 0; i < LINT_TEXTS; i++)
		if (!lint_same(one, other, i))
			return false;
	return true;
}

bool
lint_differs(const lint_look *before, const lint_look *after)
{
	size_t count = 0;
	size_t more = 0;

	for (size_t i = 0; i < before->count; i++) {
		if (!is_schema(&before->facts[i]))
			continue;
		count++;
		if (!is_like(&before->facts[i], lint_then(after, &before->facts[i])))
			return true;
	}
	for (size_t i = 0; i < after->count; i++)
		more += is_schema(&after->facts[i]);
	return count != more;
}

/* ---- taking --------------------------------------------------------------- */

static lint_kind
kind_of(const char *word)
{
	size_t kind = 0;

	while (kind + 1 < LINT_KINDS && strcmp(kinds[kind], word) != 0)
		kind++;
	return (lint_kind)kind;
}

static const char *
text_at(const aet__result *result, size_t row, size_t column)
{
	const char *text = aet__result_text(result, row, column);

	return text != NULL ? text : "";
}

static void
fill(lint_look *look)
{
	for (size_t row = 0; row < look->count; row++) {
		lint_fact *fact = &look->facts[row];
		size_t slot;

		fact->kind = kind_of(text_at(look->result, row, 0));
		fact->id = text_at(look->result, row, 1);
		fact->belongs = text_at(look->result, row, 2);
		fact->name = text_at(look->result, row, 3);
		for (size_t i = 0; i < LINT_TEXTS; i++)
			fact->texts[i] = text_at(look->result, row, 4 + i);
		slot = slot_of(look, look->by_id, fact->kind, fact->id);
		if (look->by_id[slot] == 0)
			look->by_id[slot] = (uint32_t)row + 1;
		slot = slot_of(look, look->by_name, fact->kind, fact->name);
		if (look->by_name[slot] == 0)
			look->by_name[slot] = (uint32_t)row + 1;
	}
}

/* Once: planning the query takes longer than running it. */
aet_status
lint_look_prepare(aet__connection *connection, const char *journal,
    aet__deadline deadline, aet_error *err)
{
	aet__text sql = { 0 };
	aet_status status;

	aet__text_add(&sql, "PREPARE " LINT_LOOK " AS ");
	for (const char *c = lint_query_look; *c != '\0'; c++) {
		if (c[0] != '$' || c[1] != '1') {
			aet__text_add_char(&sql, *c);
			continue;
		}
		aet__text_add_literal(&sql, journal);
		c++;
	}
	status = aet__text_ok(&sql) ? aet__connection_command(connection,
					  aet__text_view(&sql), true, deadline, err)
				    : aet__error_memory(err);
	aet__text_free(&sql);
	return status;
}

aet_status
lint_look_take(
    aet__connection *connection, aet__deadline deadline, lint_look **out, aet_error *err)
{
	lint_look *look = calloc(1, sizeof(*look));
	aet_status status = look != NULL ? AET_OK : aet__error_memory(err);

	if (status == AET_OK)
		status = aet__connection_query(connection, "EXECUTE " LINT_LOOK, NULL, 0,
		    deadline, &look->result, err);
	if (status != AET_OK) {
		free(look);
		return status;
	}
	look->holders = 1;
	look->count = aet__result_rows(look->result);
	look->size = 64;
	while (look->size < look->count * 2)
		look->size *= 2;
	look->facts = calloc(look->count + 1, sizeof(*look->facts));
	look->by_id = calloc(look->size, sizeof(*look->by_id));
	look->by_name = calloc(look->size, sizeof(*look->by_name));
	if (look->facts == NULL || look->by_id == NULL || look->by_name == NULL) {
		lint_look_drop(&look);
		return aet__error_memory(err);
	}
	fill(look);
	*out = look;
	return AET_OK;
}

lint_look *
lint_look_hold(lint_look *look)
{
	if (look != NULL)
		look->holders++;
	return look;
}

void
lint_look_drop(lint_look **look)
{
	lint_look *mine = *look;

	*look = NULL;
	if (mine == NULL || --mine->holders > 0)
		return;
	aet__result_free(mine->result);
	free(mine->facts);
	free(mine->by_id);
	free(mine->by_name);
	free(mine);
}
