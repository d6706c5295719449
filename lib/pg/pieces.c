/* SPDX-License-Identifier: MIT */
#include "pg/pieces.h"

#include "core/error.h"
#include "pg/args.h"

/* Bits are those of the first parameters: no piece needs another. */
static uint64_t
given_bits(const aet_args *args)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < args->count && i < 64; i++)
		if (aet__args_is_given(args, i))
			bits |= UINT64_C(1) << i;
	return bits;
}

static const char *
first_name(const aet_statement *statement, uint64_t bits)
{
	size_t at = 0;

	while ((bits >> at & 1) == 0)
		at++;
	return statement->parameters[at].name;
}

static aet_status
refuse_part(
    const aet_statement *statement, uint64_t given, uint64_t lacking, aet_error *err)
{
	const char *name = first_name(statement, lacking);

	aet_error_set(err, AET_EINVAL, "%s: \"%s\" is given without \"%s\"",
	    statement->name, first_name(statement, given), name);
	if (err != NULL)
		aet__error_copy(err->column, sizeof(err->column), name);
	return AET_EINVAL;
}

aet_status
aet__pieces_check(const aet_statement *statement, const aet_args *args, aet_error *err)
{
	uint64_t bits = given_bits(args);

	if (args->choice > 0 && args->choice >= statement->choices)
		return aet_error_set(err, AET_EINVAL, "%s: %u is none of its choices",
		    statement->name, args->choice);
	for (size_t i = 0; i < statement->piece_count; i++) {
		uint64_t needs = statement->pieces[i].needs;

		if ((needs & bits) != 0 && (needs & bits) != needs)
			return refuse_part(statement, needs & bits, needs & ~bits, err);
	}
	return AET_OK;
}

void
aet__pieces_add(aet__text *sql, const aet_statement *statement, const aet_args *args)
{
	uint64_t bits = given_bits(args);

	for (size_t i = 0; i < statement->piece_count; i++) {
		const aet_piece *piece = &statement->pieces[i];

		if ((piece->needs & bits) == piece->needs &&
		    (piece->choice == 0 || piece->choice == args->choice + 1))
			aet__text_add(sql, piece->sql);
	}
}
