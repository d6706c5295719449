/* SPDX-License-Identifier: MIT */
#include "variants.h"

#include <string.h>

/* ---- one text -------------------------------------------------------------- */

static size_t
file_of(const codegen_query *query, size_t at)
{
	size_t file = query->at;

	for (size_t i = 0; i < query->whole_mark_count; i++)
		if (query->whole_marks[i].sql <= at)
			file =
			    query->whole_marks[i].file + (at - query->whole_marks[i].sql);
	return file;
}

static void
add_mark(codegen_model *model, codegen_query *out, size_t sql, size_t file)
{
	out->marks = codegen_append(
	    model->memory, out->marks, &out->mark_count, sizeof(*out->marks));
	out->marks[out->mark_count - 1] = (codegen_mark){ sql, file };
}

static void
add_piece(
    codegen_model *model, codegen_query *out, aet__text *sql, const codegen_piece *piece)
{
	add_mark(model, out, sql->len, file_of(out, piece->start));
	for (size_t i = 0; i < out->whole_mark_count; i++) {
		const codegen_mark *mark = &out->whole_marks[i];

		if (mark->sql > piece->start && mark->sql < piece->end)
			add_mark(model, out, sql->len + (mark->sql - piece->start),
			    mark->file);
	}
	aet__text_add_n(sql, out->whole + piece->start, piece->end - piece->start);
}

static void
make_text(codegen_model *model, codegen_query *out, uint64_t given, uint32_t choice)
{
	aet__text sql = { 0 };

	out->marks = NULL;
	out->mark_count = 0;
	for (size_t i = 0; i < out->piece_count; i++) {
		const codegen_piece *piece = &out->pieces[i];

		if ((piece->needs & given) == piece->needs &&
		    (piece->choice == 0 || piece->choice == choice))
			add_piece(model, out, &sql, piece);
	}
	out->sql = codegen_keep(model->memory, &sql);
}

void
codegen_variants_begin(codegen_model *model, codegen_query *query)
{
	query->whole = query->sql;
	query->whole_marks = query->marks;
	query->whole_mark_count = query->mark_count;
	make_text(model, query, UINT64_MAX, 1);
}

/* ---- all of them ------------------------------------------------------------- */

/* Parameters that one clause or another has together go together. */
static size_t
find_groups(const codegen_query *query, uint64_t *groups)
{
	size_t count = 0;

	for (size_t i = 0; i < query->piece_count; i++) {
		uint64_t group = query->pieces[i].needs;

		for (size_t j = count; j-- > 0 && group != 0;) {
			if ((groups[j] & group) == 0)
				continue;
			group |= groups[j];
			groups[j] = groups[--count];
			j = count;
		}
		if (group != 0)
			groups[count++] = group;
	}
	return count;
}

static const char *
names_of(codegen_model *model, const codegen_query *query, uint64_t bits)
{
	aet__text names = { 0 };

	for (size_t i = 0; i < query->parameter_count && i < 64; i++)
		if ((bits >> i & 1) != 0)
			aet__text_addf(&names, "%s%s", names.len > 0 ? ", " : "",
			    query->parameters[i].sql_name);
	return codegen_keep(model->memory, &names);
}

static codegen_variant
make_variant(codegen_model *model, const codegen_query *query, uint64_t all,
    uint64_t given, uint32_t choice)
{
	codegen_variant made = { *query, names_of(model, query, all & ~given) };

	make_text(model, &made.query, given, choice);
	return made;
}

static void
refuse(codegen_model *model, const codegen_query *query, size_t groups)
{
	codegen_say_at(model->messages, query->source, query->at,
	    "make two queries of it",
	    "query \"%s\" has %zu optional clauses%s, which makes more than %d texts",
	    query->name, groups, query->sort != NULL ? " and an order" : "",
	    CODEGEN_MOST_TEXTS);
}

codegen_variant *
codegen_variants_of(codegen_model *model, const codegen_query *query, size_t *count)
{
	uint64_t groups[CODEGEN_OPTIONAL_PARAMETERS] = { 0 };
	size_t group_count = find_groups(query, groups);
	size_t choices = query->sort != NULL ? query->sort->count : 1;
	codegen_variant *variants;
	uint64_t all = 0;

	*count = 0;
	if (group_count > 16 || choices << group_count > CODEGEN_MOST_TEXTS) {
		refuse(model, query, group_count);
		return NULL;
	}
	variants = codegen_room(model->memory, choices << group_count, sizeof(*variants));
	for (size_t i = 0; i < group_count; i++)
		all |= groups[i];
	for (size_t mask = (size_t)1 << group_count; mask-- > 0;) {
		uint64_t given = 0;

		for (size_t i = 0; i < group_count; i++)
			given |= (mask >> i & 1) != 0 ? groups[i] : 0;
		for (size_t choice = 1; choice <= choices; choice++)
			if (given != all || choice > 1)
				variants[(*count)++] = make_variant(
				    model, query, all, given, (uint32_t)choice);
	}
	return variants;
}
