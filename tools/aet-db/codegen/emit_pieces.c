/* SPDX-License-Identifier: MIT */
/* The parts of a text that are not always there, as data. */
#include <inttypes.h>

#include "emit.h"

const char *
codegen_first_piece(codegen_memory *memory, const codegen_query *query)
{
	return codegen_copy_n(
	    memory, query->whole, query->pieces[0].end - query->pieces[0].start);
}

void
codegen_emit_pieces(aet__text *out, const codegen_statement *statement)
{
	const codegen_query *query = statement->query;

	aet__text_addf(out, "static const aet_piece %s_pieces[] = {\n", statement->name);
	for (size_t i = 1; i < query->piece_count; i++) {
		const codegen_piece *piece = &query->pieces[i];
		aet__text sql = { 0 };

		if (piece->end == piece->start)
			continue;
		aet__text_add_n(
		    &sql, query->whole + piece->start, piece->end - piece->start);
		aet__text_add(out, "\t{\n");
		codegen_emit_sql(out, "\t    .sql = ", aet__text_view(&sql), NULL, NULL);
		aet__text_free(&sql);
		if (piece->needs != 0)
			aet__text_addf(
			    out, "\t    .needs = 0x%" PRIx64 ",\n", piece->needs);
		if (piece->choice > 0)
			aet__text_addf(
			    out, "\t    .choice = %" PRIu32 ",\n", piece->choice);
		aet__text_add(out, "\t},\n");
	}
	aet__text_add(out, "};\n\n");
}
