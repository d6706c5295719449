/* SPDX-License-Identifier: MIT */
#include "names.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Keywords of C up to C23 and C++ up to C++23, macros that the standard headers or
 * GNU mode define in small letters, and those in capitals that are likely to be
 * included. Sorted, for bsearch. */
static const char *const words[] = { "BUFSIZ", "CHAR_BIT", "CHAR_MAX", "CHAR_MIN", "EOF",
	"EXIT_FAILURE", "EXIT_SUCCESS", "FILENAME_MAX", "FOPEN_MAX", "I", "INFINITY",
	"INT16_MAX", "INT16_MIN", "INT32_MAX", "INT32_MIN", "INT64_MAX", "INT64_MIN",
	"INT8_MAX", "INT8_MIN", "INTMAX_MAX", "INTMAX_MIN", "INTPTR_MAX", "INTPTR_MIN",
	"INT_MAX", "INT_MIN", "LLONG_MAX", "LLONG_MIN", "LONG_MAX", "LONG_MIN", "NAN",
	"NULL", "PTRDIFF_MAX", "PTRDIFF_MIN", "RAND_MAX", "SCHAR_MAX", "SCHAR_MIN",
	"SEEK_CUR", "SEEK_END", "SEEK_SET", "SHRT_MAX", "SHRT_MIN", "SIZE_MAX", "TMP_MAX",
	"UCHAR_MAX", "UINT16_MAX", "UINT32_MAX", "UINT64_MAX", "UINT8_MAX", "UINTMAX_MAX",
	"UINTPTR_MAX", "UINT_MAX", "ULLONG_MAX", "ULONG_MAX", "USHRT_MAX", "WCHAR_MAX",
	"WCHAR_MIN", "alignas", "alignof", "and", "and_eq", "asm", "assert",
	"atomic_cancel", "atomic_commit", "atomic_noexcept", "auto", "bitand", "bitor",
	"bool", "break", "case", "catch", "char", "char16_t", "char32_t", "char8_t",
	"class", "co_await", "co_return", "co_yield", "compl", "complex", "concept",
	"const", "const_cast", "consteval", "constexpr", "constinit", "continue",
	"decltype", "default", "delete", "do", "double", "dynamic_cast", "else", "enum",
	"errno", "explicit", "export", "extern", "false", "float", "for", "friend",
	"goto", "i386", "if", "imaginary", "inline", "int", "linux", "long", "mutable",
	"namespace", "new", "noexcept", "noreturn", "not", "not_eq", "nullptr",
	"offsetof", "operator", "or", "or_eq", "private", "protected", "public",
	"reflexpr", "register", "reinterpret_cast", "requires", "restrict", "return",
	"short", "signed", "sizeof", "static", "static_assert", "static_cast", "stderr",
	"stdin", "stdout", "struct", "switch", "synchronized", "template", "this",
	"thread_local", "throw", "true", "try", "typedef", "typeid", "typename", "typeof",
	"typeof_unqual", "union", "unix", "unsigned", "using", "virtual", "void",
	"volatile", "wchar_t", "while", "xor", "xor_eq" };

/* What the bodies of generated functions name, those of the test among them. */
static const char *const locals[] = { "after", "args", "call", "count", "ctx", "db",
	"each", "end", "err", "expect", "expect_found", "failure", "first", "item",
	"items", "limit", "list", "out", "page", "params", "row", "rows", "start",
	"status", "statuses", "taken" };

static int
compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool
is_among(const char *name, const char *const *items, size_t count)
{
	return bsearch(&name, items, count, sizeof(*items), compare) != NULL;
}

/* The character that begins at *at, which is moved past it. */
static unsigned
next_character(const char **at)
{
	const unsigned char *c = (const unsigned char *)*at;
	size_t more = *c >= 0xf0 ? 3 : *c >= 0xe0 ? 2 : *c >= 0xc0 ? 1 : 0;
	unsigned value = more == 0 ? *c : *c & (0x3fu >> more);

	for (c++; more > 0 && (*c & 0xc0) == 0x80; c++, more--)
		value = value << 6 | (*c & 0x3fu);
	*at = (const char *)c;
	return value;
}

/* C keeps them for itself: _Bool, __LINE__. */
static bool
is_reserved(const char *name)
{
	return name[0] == '_' && (name[1] == '_' || isupper((unsigned char)name[1]));
}

char *
codegen_name(codegen_memory *memory, const char *name)
{
	aet__text made = { 0 };

	if (isdigit((unsigned char)name[0]) || is_reserved(name))
		aet__text_add_char(&made, 'n');
	while (*name != '\0') {
		unsigned c = next_character(&name);

		if (c < 128 && (isalnum((int)c) || c == '_'))
			aet__text_add_char(&made, (char)c);
		else if (c < 128)
			aet__text_add_char(&made, '_');
		else
			aet__text_addf(&made, "u%04x", c);
	}
	return codegen_keep(memory, &made);
}

char *
codegen_member(codegen_memory *memory, const char *name)
{
	char *made = codegen_name(memory, name);

	if (is_among(made, words, sizeof(words) / sizeof(words[0])))
		return codegen_format(memory, "%s_", made);
	return made;
}

char *
codegen_parameter_name(codegen_memory *memory, const char *name)
{
	char *made = codegen_member(memory, name);

	if (is_among(made, locals, sizeof(locals) / sizeof(locals[0])))
		return codegen_format(memory, "%s_", made);
	return made;
}

char *
codegen_upper(codegen_memory *memory, const char *name)
{
	char *made = codegen_copy(memory, name);

	for (char *c = made; *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
	return made;
}

static bool
ends(const char *name, size_t len, const char *ending)
{
	size_t tail = strlen(ending);

	return len > tail && strcmp(name + len - tail, ending) == 0;
}

/* Of a plural in -oes: a shoe, but a hero. */
static bool
has_mute_e(const char *name, size_t len)
{
	return ends(name, len, "shoes") || strcmp(name, "toes") == 0 ||
	       strcmp(name, "foes") == 0 || strcmp(name, "hoes") == 0;
}

char *
codegen_singular(codegen_memory *memory, const char *name)
{
	size_t len = strlen(name);

	if (ends(name, len, "ies") && len > 4)
		return codegen_format(memory, "%.*sy", (int)len - 3, name);
	if (ends(name, len, "sses") || ends(name, len, "xes") ||
	    ends(name, len, "ches") || ends(name, len, "shes"))
		return codegen_copy_n(memory, name, len - 2);
	if (ends(name, len, "oes") && !has_mute_e(name, len))
		return codegen_copy_n(memory, name, len - 2);
	if (ends(name, len, "s") && !ends(name, len, "ss") && !ends(name, len, "us") &&
	    !ends(name, len, "is"))
		return codegen_copy_n(memory, name, len - 1);
	return codegen_copy(memory, name);
}

char *
codegen_plural(codegen_memory *memory, const char *name)
{
	size_t len = strlen(name);

	if (ends(name, len, "y") && strchr("aeiou", name[len - 2]) == NULL)
		return codegen_format(memory, "%.*sies", (int)len - 1, name);
	if (ends(name, len, "s") || ends(name, len, "x") || ends(name, len, "ch") ||
	    ends(name, len, "sh"))
		return codegen_format(memory, "%ses", name);
	return codegen_format(memory, "%ss", name);
}

char *
codegen_relation_name(codegen_memory *memory, const char *column)
{
	size_t len = strlen(column);

	if (ends(column, len, "_id"))
		len -= 3;
	return codegen_name(memory, codegen_copy_n(memory, column, len));
}

/* ---- scopes ------------------------------------------------------------- */

/* FNV-1a. */
static size_t
hash(const char *name)
{
	unsigned long long value = 14695981039346656037ull;

	for (; *name != '\0'; name++)
		value = (value ^ (unsigned char)*name) * 1099511628211ull;
	return (size_t)value;
}

static size_t *
bucket(codegen_scope *scope, const char *name)
{
	size_t at = hash(name) % scope->bucket_count;

	while (scope->buckets[at] != 0 &&
	       strcmp(scope->items[scope->buckets[at] - 1], name) != 0)
		at = (at + 1) % scope->bucket_count;
	return &scope->buckets[at];
}

static void
make_room(codegen_scope *scope)
{
	if (scope->count * 2 < scope->bucket_count)
		return;
	scope->bucket_count = scope->bucket_count == 0 ? 64 : scope->bucket_count * 2;
	scope->buckets =
	    codegen_room(scope->memory, scope->bucket_count, sizeof(*scope->buckets));
	for (size_t i = 0; i < scope->count; i++)
		*bucket(scope, scope->items[i]) = i + 1;
}

const char *
codegen_scope_owner(codegen_scope *scope, const char *name)
{
	size_t place;

	make_room(scope);
	place = *bucket(scope, name);
	return place != 0 ? scope->owners[place - 1] : NULL;
}

const char *
codegen_scope_take(codegen_scope *scope, const char *name, const char *owner)
{
	size_t count = scope->count;
	size_t *place;

	make_room(scope);
	place = bucket(scope, name);
	if (*place != 0)
		return scope->owners[*place - 1];
	*place = count + 1;
	scope->items =
	    codegen_append(scope->memory, scope->items, &count, sizeof(*scope->items));
	scope->owners = codegen_append(
	    scope->memory, scope->owners, &scope->count, sizeof(*scope->owners));
	scope->items[count - 1] = name;
	scope->owners[count - 1] = owner;
	return NULL;
}

const char *
codegen_scope_unique(codegen_scope *scope, const char *name)
{
	const char *made = name;

	for (size_t i = 2; codegen_scope_take(scope, made, name) != NULL; i++)
		made = codegen_format(scope->memory, "%s_%zu", name, i);
	return made;
}
