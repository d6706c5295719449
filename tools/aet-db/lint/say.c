/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "lint/work.h"
#include "pg/result.h"

#define EXCERPT 120

const char *
lint_name(const lint_state *state, const char *relation)
{
	const lint_fact *fact = lint_find(state->base, LINT_RELATION, relation);

	if (fact == NULL && state->after != NULL)
		fact = lint_find(state->after, LINT_RELATION, relation);
	return fact != NULL ? codegen_copy(state->memory, fact->name) : "?";
}

static double
rows_of(const lint_state *state, const char *relation)
{
	const double *rows = NULL;

	if (relation != NULL)
		rows = diff_lookup_find(&state->counts, lint_name(state, relation));
	return rows != NULL ? *rows : -1;
}

/* 1234567 as 1,234,567. */
static const char *
grouped(codegen_memory *memory, double number)
{
	char digits[64];
	int len = snprintf(digits, sizeof(digits), "%.0f", number);
	aet__text text = { 0 };

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			aet__text_add_char(&text, ',');
		aet__text_add_char(&text, digits[i]);
	}
	return codegen_keep(memory, &text);
}

const char *
lint_rows_text(lint_state *state, const char *relation)
{
	double rows = rows_of(state, relation);

	if (rows < 0)
		return "";
	return codegen_format(
	    state->memory, " (about %s rows)", grouped(state->memory, rows));
}

bool
lint_said(const lint_state *state, hazard_id hazard, const lint_statement *statement,
    const char *object)
{
	for (size_t i = state->report->finding_count; i-- > 0;) {
		const lint_finding *said = &state->report->findings[i];

		if (said->file == state->file && said->hazard == hazard &&
		    said->line == statement->place.at.line &&
		    said->column == statement->place.at.column &&
		    (object == NULL || strcmp(said->object, object) == 0))
			return true;
	}
	return false;
}

/* How the statement begins, on one line. */
static const char *
excerpt(codegen_memory *memory, const lint_statement *statement)
{
	size_t len = statement->place.len;
	bool cut = len > EXCERPT;
	char *text;

	if (cut)
		for (len = EXCERPT; len > 0 && (statement->text[len] & 0xc0) == 0x80;)
			len--;
	text = codegen_copy_n(memory, statement->text, len);
	for (char *c = text; *c != '\0'; c++)
		if (*c == '\n' || *c == '\t')
			*c = ' ';
	return cut ? codegen_format(memory, "%s...", text) : text;
}

void
lint_say(lint_state *state, hazard_id hazard, const lint_statement *statement,
    const char *object, const char *relation, const char *what, const char *instead)
{
	lint_report *report = state->report;
	const lint_allow *allow;

	if (lint_said(state, hazard, statement, object))
		return;
	if (hazard == HAZARD_BREAKS_RELEASE && state->contract)
		return;
	allow = lint_allows_find(&state->allows, hazard, statement->place.start);
	report->findings = codegen_append(state->memory, report->findings,
	    &report->finding_count, sizeof(*report->findings));
	report->findings[report->finding_count - 1] = (lint_finding){
		.hazard = hazard,
		.file = state->file,
		.line = statement->place.at.line,
		.column = statement->place.at.column,
		.object = codegen_copy(state->memory, object),
		.rows = rows_of(state, relation),
		.what = what,
		.instead = instead != NULL ? instead : hazard_kinds[hazard].safe,
		.statement = excerpt(state->memory, statement),
		.allowed = allow != NULL ? allow->reason : NULL,
	};
}

const char *
lint_ask(lint_state *state, const char *sql, const char *first, const char *second)
{
	const char *parameters[] = { first, second };
	const char *answer = "";
	aet__result *result = NULL;

	if (aet__connection_query(state->connection, sql, parameters,
		second != NULL ? 2 : 1, state->deadline, &result, NULL) != AET_OK)
		return "";
	if (aet__result_rows(result) > 0 && aet__result_text(result, 0, 0) != NULL)
		answer = codegen_copy(state->memory, aet__result_text(result, 0, 0));
	aet__result_free(result);
	return answer;
}
