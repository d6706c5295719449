/* SPDX-License-Identifier: MIT */
/* Where a value stands in JSON, which jansson forgets. The text was parsed before:
 * it is taken to be well-formed. */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config_reading.h"

static const char *
skip_blanks(const char *at)
{
	while (isspace((unsigned char)*at))
		at++;
	return at;
}

static const char *
skip_string(const char *at)
{
	for (at++; *at != '"' && *at != '\0'; at++)
		at += at[0] == '\\' && at[1] != '\0';
	return *at == '"' ? at + 1 : at;
}

/* Past a value, strings in it included. */
static const char *
skip_value(const char *at)
{
	size_t depth = 0;

	do {
		if (*at == '"') {
			at = skip_string(at);
			continue;
		}
		depth += *at == '{' || *at == '[';
		depth -= (*at == '}' || *at == ']') && depth > 0;
		at++;
	} while (*at != '\0' && (depth > 0 || (*at != ',' && *at != '}' && *at != ']')));
	return at;
}

/* The name of a member, which begins at the brace's object; NULL: there is none.
 * Names with escapes are not looked for. */
static const char *
find_member(const char *at, const char *name, size_t len)
{
	if (*at != '{')
		return NULL;
	at = skip_blanks(at + 1);
	while (*at == '"') {
		const char *end = skip_string(at);

		if ((size_t)(end - at) == len + 2 && strncmp(at + 1, name, len) == 0)
			return at;
		at = skip_value(skip_blanks(skip_blanks(end) + 1));
		at = skip_blanks(*at == ',' ? at + 1 : at);
	}
	return NULL;
}

static const char *
find_item(const char *at, unsigned long place)
{
	if (*at != '[')
		return NULL;
	at = skip_blanks(at + 1);
	for (; place > 0 && *at != '\0'; place--) {
		at = skip_value(at);
		at = skip_blanks(*at == ',' ? at + 1 : at);
	}
	return at;
}

static const char *
member_value(const char *at, const char *name, size_t len)
{
	const char *member = find_member(at, name, len);

	return member != NULL ? skip_blanks(skip_blanks(skip_string(member)) + 1) : NULL;
}

/* One step of the path, which is moved past it: .name, name, [3], ["a.b"]. */
static const char *
step(const char *at, const char **path)
{
	const char *name = *path;
	size_t len;

	if (strncmp(name, "[\"", 2) == 0) {
		const char *end = strstr(name, "\"]");

		*path = end != NULL ? end + 2 : name + strlen(name);
		return end != NULL ? member_value(at, name + 2, (size_t)(end - name) - 2)
				   : NULL;
	}
	if (*name == '[') {
		char *end;
		unsigned long place = strtoul(name + 1, &end, 10);

		*path = *end == ']' ? end + 1 : end;
		return find_item(at, place);
	}
	name += *name == '.';
	len = strcspn(name, ".[");
	*path = name + len;
	return member_value(at, name, len);
}

size_t
codegen_json_place(const char *text, const char *path, const char *key)
{
	const char *at = skip_blanks(text);

	while (*path != '\0' && at != NULL)
		at = step(at, &path);
	if (at != NULL && key != NULL) {
		const char *member = find_member(at, key, strlen(key));

		at = member != NULL ? member : at;
	}
	return at != NULL ? (size_t)(at - text) : SIZE_MAX;
}
