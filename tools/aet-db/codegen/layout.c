/* SPDX-License-Identifier: MIT */
#include "layout.h"

#include <stdbool.h>
#include <string.h>

#define MAX_BREAKS 64
#define CONTINUATION 4
#define NO_WAY 1000000u
#define WORSE 1000u

/* Where a line may be broken: the text goes on at its offset. */
typedef struct breaks {
	size_t at[MAX_BREAKS];
	size_t count;
	bool scope_first; /* the first one is right after the opening bracket */
} breaks;

size_t
codegen_width(const char *text, size_t len, size_t from)
{
	size_t column = from;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\t')
			column += CODEGEN_TAB - column % CODEGEN_TAB;
		else
			column += ((unsigned char)text[i] & 0xc0) != 0x80;
	}
	return column - from;
}

/* The end of a string literal that begins at i. */
static size_t
skip_string(const char *line, size_t len, size_t i)
{
	for (i++; i < len && line[i] != '"'; i++)
		i += line[i] == '\\';
	return i;
}

/* Where the arguments are looked for: of a function's type, behind its name in
 * brackets. */
static size_t
first_place(const char *line, size_t len)
{
	const char *name = memmem(line, len, ")(", 2);

	return strncmp(line, "typedef ", 8) == 0 && name != NULL
		   ? (size_t)(name - line) + 1
		   : 0;
}

/* After the first bracket of depth 1 and after every comma inside it. */
static void
find_breaks(const char *line, size_t len, breaks *found)
{
	size_t depth = 0;

	memset(found, 0, sizeof(*found));
	for (size_t i = first_place(line, len); i < len && found->count < MAX_BREAKS;
	     i++) {
		if (line[i] == '"') {
			i = skip_string(line, len, i);
		} else if (line[i] == '(' || line[i] == '{') {
			if (depth++ == 0 && line[i] == '(' && found->count == 0) {
				found->at[found->count++] = i + 1;
				found->scope_first = true;
			}
		} else if (line[i] == ')' || line[i] == '}') {
			depth--;
		} else if (line[i] == ',' && depth == 1 && line[i + 1] == ' ') {
			found->at[found->count++] = i + 2;
		}
	}
}

/* Trailing blanks before a break do not count. */
static size_t
piece_width(const char *line, size_t from, size_t to, size_t column)
{
	while (to > from && line[to - 1] == ' ')
		to--;
	return codegen_width(line + from, to - from, column);
}

/*
 * The cheapest set of breaks: as few as can be; among those a break after the
 * bracket is cheaper than one after a comma, if the rest is whole behind it;
 * and what is still equal breaks late. best[i] is the cost of all from break i.
 */
static bool
choose(const char *line, size_t len, size_t indent, const breaks *found,
    bool chosen[MAX_BREAKS])
{
	unsigned best[MAX_BREAKS + 1] = { 0 };
	size_t next[MAX_BREAKS + 1] = { 0 };
	size_t n = found->count;

	for (size_t i = n + 1; i-- > 0;) {
		size_t from = i == 0 ? 0 : found->at[i - 1];
		size_t column = i == 0 ? 0 : indent;

		best[i] = NO_WAY;
		next[i] = n + 1;
		if (column + piece_width(line, from, len, column) <= CODEGEN_COLUMNS)
			best[i] = 0;
		for (size_t j = n; j > i && best[i] > 0; j--) {
			unsigned cost = j == 1 && found->scope_first ? 20 : 21;
			size_t end = found->at[j - 1];

			if (column + piece_width(line, from, end, column) >
			    CODEGEN_COLUMNS)
				continue;
			if (i == 1 && found->scope_first)
				cost += WORSE;
			if (best[j] + cost < best[i]) {
				best[i] = best[j] + cost;
				next[i] = j;
			}
		}
	}
	memset(chosen, 0, MAX_BREAKS * sizeof(bool));
	for (size_t i = 0; best[0] < NO_WAY && next[i] <= n; i = next[i])
		chosen[next[i] - 1] = true;
	return best[0] < NO_WAY;
}

/* The column at which a line's text begins. */
static size_t
indent_of(const char *line)
{
	return codegen_width(line, strspn(line, "\t "), 0);
}

static void
add_indent(aet__text *out, size_t column)
{
	for (; column >= CODEGEN_TAB; column -= CODEGEN_TAB)
		aet__text_add_char(out, '\t');
	for (; column > 0; column--)
		aet__text_add_char(out, ' ');
}

static void
new_line(aet__text *out, size_t column)
{
	aet__text_add_char(out, '\n');
	add_indent(out, column);
}

static void
add_trimmed(aet__text *out, const char *line, size_t from, size_t to)
{
	while (to > from && line[to - 1] == ' ')
		to--;
	aet__text_add_n(out, line + from, to - from);
}

/* { .a = 1, .b = 2 } that is too long has a line for each member. */
static void
break_members(aet__text *out, const char *line, size_t len)
{
	breaks found;
	size_t from = 0;

	find_breaks(line, len, &found);
	for (size_t i = 0; i < found.count; i++) {
		add_trimmed(out, line, from, found.at[i]);
		new_line(out, indent_of(line) + CONTINUATION);
		from = found.at[i];
	}
	add_trimmed(out, line, from, len);
}

static void
break_chosen(aet__text *out, const char *line, size_t len)
{
	size_t column = indent_of(line) + CONTINUATION;
	bool chosen[MAX_BREAKS];
	size_t from = 0;
	breaks found;

	find_breaks(line, len, &found);
	if (!choose(line, len, column, &found, chosen))
		memset(chosen, true, sizeof(chosen));
	for (size_t i = 0; i < found.count; i++) {
		if (!chosen[i])
			continue;
		add_trimmed(out, line, from, found.at[i]);
		new_line(out, column);
		from = found.at[i];
	}
	add_trimmed(out, line, from, len);
}

/* Up to and with the bracket that opens the arguments. */
static size_t
head_len(const char *line, size_t len)
{
	const char *bracket = memchr(line, '(', len);

	return bracket == NULL ? len : (size_t)(bracket - line) + 1;
}

/* A prototype whose name does not fit beside its type goes below it. */
static void
break_declaration(aet__text *out, const char *line, size_t len)
{
	size_t head = head_len(line, len);
	size_t name = head;

	if (codegen_width(line, head, 0) > CODEGEN_COLUMNS) {
		while (name > 0 && line[name - 1] != ' ')
			name--;
		add_trimmed(out, line, 0, name);
		aet__text_add_char(out, '\n');
		line += name;
		len -= name;
	}
	if (codegen_width(line, len, 0) <= CODEGEN_COLUMNS)
		aet__text_add_n(out, line, len);
	else
		break_chosen(out, line, len);
}

/* x = f(...): the call goes below where it fits there whole. */
static bool
break_assignment(aet__text *out, const char *line, size_t len)
{
	const char *equals = strstr(line, " = ");
	size_t column = indent_of(line) + CONTINUATION;
	size_t from;

	if (equals == NULL || (size_t)(equals - line) > head_len(line, len))
		return false;
	from = (size_t)(equals - line) + 3;
	if (column + codegen_width(line + from, len - from, column) > CODEGEN_COLUMNS)
		return false;
	add_trimmed(out, line, 0, from);
	new_line(out, column);
	aet__text_add_n(out, line + from, len - from);
	return true;
}

/* x = { a, b }: a line for each, whose last comma keeps them apart. */
static bool
break_initialiser(aet__text *out, const char *line, size_t len)
{
	const char *open = strstr(line, " = { ");
	size_t column = indent_of(line) + CODEGEN_TAB;
	size_t depth = 0;
	size_t from;

	if (open == NULL || (size_t)(open - line) > len ||
	    strncmp(line + len - 3, " };", 3) != 0)
		return false;
	from = (size_t)(open - line) + 5;
	aet__text_add_n(out, line, from - 1);
	for (size_t i = from; i < len - 2; i++) {
		depth += line[i] == '{' || line[i] == '(';
		depth -= line[i] == '}' || line[i] == ')';
		if (i + 3 < len && (depth > 0 || line[i] != ','))
			continue;
		new_line(out, column);
		add_trimmed(out, line, from, i);
		aet__text_add_char(out, ',');
		from = i + 2;
	}
	new_line(out, column - CODEGEN_TAB);
	aet__text_add(out, "};");
	return true;
}

static bool
is_left_alone(const char *line, size_t len)
{
	size_t start = strspn(line, "\t ");

	return len <= start || line[start] == '#' || line[start] == '"' ||
	       line[start] == '/' || line[start] == '*' || line[len - 1] == '\\';
}

static void
layout_line(aet__text *out, const char *line, size_t len)
{
	size_t start = strspn(line, "\t ");

	if (codegen_width(line, len, 0) <= CODEGEN_COLUMNS || is_left_alone(line, len) ||
	    strncmp(line, "typedef struct ", 15) == 0 || strncmp(line, "extern ", 7) == 0)
		aet__text_add_n(out, line, len);
	else if (strncmp(line + start, "{ .", 3) == 0)
		break_members(out, line, len);
	else if (start == 0)
		break_declaration(out, line, len);
	else if (!break_initialiser(out, line, len) && !break_assignment(out, line, len))
		break_chosen(out, line, len);
	aet__text_add_char(out, '\n');
}

static bool
is_too_wide(const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		if (codegen_width(text, len, 0) > CODEGEN_COLUMNS)
			return true;
		text += len + (text[len] == '\n');
	}
	return false;
}

/* A comment before a line stands as far in as that line; before what closes a
 * block, as far as the block. */
static void
add_marker(aet__text *out, const char *line, const char *marker)
{
	size_t indent;

	line += strspn(line, "\n");
	indent = strspn(line, "\t ");
	if (line[indent] == '}')
		aet__text_add_char(out, '\t');
	aet__text_add_n(out, line, indent);
	aet__text_add(out, marker);
}

/* What clang-format makes of a line that no break brings into the columns is told
 * by its penalties: a name of 60 letters is left as it is here instead. */
static void
layout_or_leave(aet__text *out, const char *line, size_t len)
{
	size_t start = out->len;
	aet__text kept = { 0 };

	layout_line(out, line, len);
	if (!aet__text_ok(out) || is_left_alone(line, len) ||
	    !is_too_wide(out->data + start))
		return;
	aet__text_add(&kept, out->data + start);
	out->len = start;
	out->data[start] = '\0';
	add_marker(out, line, CODEGEN_FORMAT_OFF);
	aet__text_add(out, aet__text_view(&kept));
	add_marker(out, line + len + (line[len] == '\n'), CODEGEN_FORMAT_ON);
	aet__text_free(&kept);
}

void
codegen_layout(aet__text *out, const char *source)
{
	bool off = false;

	while (*source != '\0') {
		size_t len = strcspn(source, "\n");
		size_t whole = len + (source[len] == '\n');

		if (strncmp(source, CODEGEN_FORMAT_OFF, whole) == 0)
			off = true;
		if (strncmp(source, CODEGEN_FORMAT_ON, whole) == 0)
			off = false;
		if (off)
			aet__text_add_n(out, source, whole);
		else
			layout_or_leave(out, source, len);
		source += whole;
	}
}

void
codegen_layout_shift(aet__text *out, const char *source)
{
	while (*source != '\0') {
		size_t len = strcspn(source, "\n");
		size_t start = strspn(source, "\t ");

		add_indent(out, codegen_width(source, start, 0) + CONTINUATION);
		aet__text_add_n(out, source + start, len - start);
		aet__text_add_char(out, '\n');
		source += len + (source[len] == '\n');
	}
}
