/* SPDX-License-Identifier: MIT */
/*
 * Arguments in binary form. Scalars are encoded in place, text and bytes are
 * borrowed, arrays are encoded into blocks that the arguments own.
 */
#include "pg/args.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/memory.h"
#include "pg/binary.h"
#include "pg/oid.h"
#include "pg/pieces.h"

/* A block that the arguments own; the encoded bytes follow it. One with a type
 * is a note instead: the oid of that type belongs to place. */
typedef struct owned_block {
	struct owned_block *next;
	const char *type;
	char *place;
} owned_block;

void
aet_args_clear(aet_args *args)
{
	owned_block *block = args->owned;
	owned_block *next;

	for (; block != NULL; block = next) {
		next = block->next;
		free(block);
	}
	free(args->items);
	args->items = NULL;
	args->count = 0;
	args->capacity = 0;
	args->owned = NULL;
	args->failed = AET_OK;
	args->failed_at = 0;
	args->choice = 0;
}

const aet_arg *
aet__args_at(const aet_args *args, size_t index)
{
	return args->items != NULL ? &args->items[index] : &args->room[index];
}

bool
aet__args_is_given(const aet_args *args, size_t index)
{
	return aet__args_at(args, index)->state != AET__ARG_UNSET;
}

/* No value of PostgreSQL's reaches 1 GiB, nor does a message with one
 * (MaxAllocSize); a server ends the session over a longer one. */
#define VALUE_MAX 0x3fffff00

/* Of the protocol, whose Bind message counts them in 16 bits. */
#define PARAMETERS_MAX 65535

/* How many are given; of few, it need not be known. */
static size_t
given_count(const aet_args *args)
{
	size_t given = 0;

	if (args->count <= PARAMETERS_MAX)
		return args->count;
	for (size_t i = 0; i < args->count; i++)
		given += aet__args_is_given(args, i);
	return given;
}

aet_status
aet__args_check(const aet_args *args, const aet_statement *statement, aet_error *err)
{
	if (statement->size != sizeof(*statement))
		return aet_error_set(err, AET_EINVAL,
		    "aet_statement has no size: begin with .size = "
		    "sizeof(aet_statement)");
	if (args->failed == AET_ENOMEM)
		return aet__error_memory(err);
	if (args->failed != AET_OK && args->failed_at == SIZE_MAX)
		return aet_error_set(err, args->failed,
		    "%s: what is to be written is NULL", statement->name);
	if (args->failed != AET_OK) {
		const char *name = args->failed_at < statement->parameter_count
				       ? statement->parameters[args->failed_at].name
				       : "?";

		aet_error_set(err, args->failed,
		    "%s: \"%s\" is required, or is no valid value", statement->name,
		    name);
		if (err != NULL)
			aet__error_copy(err->column, sizeof(err->column), name);
		return args->failed;
	}
	if (given_count(args) > PARAMETERS_MAX)
		return aet_error_set(err, AET_EINVAL,
		    "%s: PostgreSQL takes no more than %d parameters", statement->name,
		    PARAMETERS_MAX);
	if (args->count != statement->parameter_count)
		return aet_error_set(err, AET_EINVAL,
		    "%s: %zu arguments given, %zu expected", statement->name, args->count,
		    statement->parameter_count);
	if (statement->kind != AET_STATEMENT_COPY && aet__args_bytes(args) > VALUE_MAX)
		return aet_error_set(err, AET_EINVAL,
		    "%s: the arguments together are longer than PostgreSQL takes",
		    statement->name);
	if (statement->kind == AET_STATEMENT_PIECES)
		return aet__pieces_check(statement, args, err);
	return AET_OK;
}

static void
args_fail(aet_args *args, aet_status status)
{
	if (args->failed == AET_OK) {
		args->failed = status;
		args->failed_at = args->count > 0 ? args->count - 1 : 0;
	}
}

/* The first AET_ARGS_ROOM live inside; then all move to the heap together. */
static bool
args_make_room(aet_args *args)
{
	void *items = args->items;

	if (items == NULL && args->count < AET_ARGS_ROOM)
		return true;
	if (!aet__memory_grow(&items, &args->capacity, args->count + 1, sizeof(aet_arg)))
		return false;
	if (args->items == NULL)
		memcpy(items, args->room, sizeof(args->room));
	args->items = items;
	return true;
}

static aet_arg *
args_add(aet_args *args, aet__arg_state state, const char *data, size_t len)
{
	aet_arg *arg;

	if (!args_make_room(args)) {
		args_fail(args, AET_ENOMEM);
		return &args->room[0]; /* scribbled on: the run is refused */
	}
	arg = args->items != NULL ? &args->items[args->count] : &args->room[args->count];
	args->count++;
	arg->state = (int32_t)state;
	arg->data = data;
	arg->len = (int32_t)len;
	if (len > VALUE_MAX)
		args_fail(args, AET_EINVAL);
	return arg;
}

void
aet_args_refuse(aet_args *args)
{
	if (args->failed != AET_OK)
		return;
	args->failed = AET_EINVAL;
	args->failed_at = SIZE_MAX;
}

void
aet_args_unset(aet_args *args)
{
	args_add(args, AET__ARG_UNSET, NULL, 0);
}

void
aet_args_choose(aet_args *args, uint32_t choice)
{
	args->choice = choice;
}

void
aet_args_null(aet_args *args)
{
	args_add(args, AET__ARG_NULL, NULL, 0);
}

void
aet_args_bool(aet_args *args, bool value)
{
	args_add(args, AET__ARG_SCALAR, NULL, 1)->scalar[0] = value;
}

void
aet_args_int16(aet_args *args, int16_t value)
{
	aet__binary_put16(
	    args_add(args, AET__ARG_SCALAR, NULL, 2)->scalar, (uint16_t)value);
}

void
aet_args_int32(aet_args *args, int32_t value)
{
	aet__binary_put32(
	    args_add(args, AET__ARG_SCALAR, NULL, 4)->scalar, (uint32_t)value);
}

void
aet_args_int64(aet_args *args, int64_t value)
{
	aet__binary_put64(
	    args_add(args, AET__ARG_SCALAR, NULL, 8)->scalar, (uint64_t)value);
}

void
aet_args_float(aet_args *args, float value)
{
	uint32_t bits;

	memcpy(&bits, &value, sizeof(bits));
	aet_args_int32(args, (int32_t)bits);
}

void
aet_args_double(aet_args *args, double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	aet_args_int64(args, (int64_t)bits);
}

void
aet_args_uuid(aet_args *args, aet_uuid value)
{
	memcpy(args_add(args, AET__ARG_SCALAR, NULL, 16)->scalar, value.bytes, 16);
}

void
aet_args_timestamp(aet_args *args, aet_timestamp value)
{
	aet_args_int64(args, value.us);
}

void
aet_args_bytes(aet_args *args, aet_bytes value)
{
	if (value.data != NULL) {
		args_add(args, AET__ARG_DATA, (const char *)value.data, value.len);
		return;
	}
	args_add(args, AET__ARG_DATA, "", 0);
	if (value.len > 0)
		args_fail(args, AET_EINVAL);
}

void
aet_args_text_or_null(aet_args *args, const char *value)
{
	if (value != NULL)
		args_add(args, AET__ARG_DATA, value, strlen(value));
	else
		aet_args_null(args);
}

void
aet_args_text(aet_args *args, const char *value)
{
	aet_args_text_or_null(args, value);
	if (value == NULL)
		args_fail(args, AET_EINVAL);
}

void
aet_args_json(aet_args *args, aet_json value)
{
	if (value.text != NULL) {
		args_add(args, AET__ARG_DATA, value.text, value.len);
	} else {
		aet_args_null(args);
		args_fail(args, AET_EINVAL);
	}
}

/* Room for size bytes that lives as long as the arguments. */
static char *
args_own(aet_args *args, size_t size)
{
	owned_block *block = NULL;

	if (size < INT_MAX)
		block = malloc(sizeof(*block) + size);
	if (block == NULL) {
		aet_args_null(args);
		args_fail(args, size < INT_MAX ? AET_ENOMEM : AET_EINVAL);
		return NULL;
	}
	block->next = args->owned;
	block->type = NULL;
	args->owned = block;
	return (char *)(block + 1);
}

char *
aet__args_data(aet_args *args, size_t size)
{
	char *data = args_own(args, size);

	if (data == NULL)
		return NULL;
	memset(data, 0, size);
	args_add(args, AET__ARG_DATA, data, size);
	return data;
}

/* ---- oids that are known when the statement runs ------------------------ */

void
aet__args_refuse(aet_args *args, aet_status status)
{
	args_fail(args, status);
}

void
aet__args_note(aet_args *args, char *place, const char *type)
{
	owned_block *note = malloc(sizeof(*note));

	if (note == NULL) {
		args_fail(args, AET_ENOMEM);
		return;
	}
	*note = (owned_block){ .next = args->owned, .type = type };
	note->place = place;
	args->owned = note;
}

void
aet__args_move(aet_args *args, const char *from, size_t len, char *to)
{
	for (owned_block *note = args->owned; note != NULL; note = note->next)
		if (note->type != NULL && note->place >= from && note->place < from + len)
			note->place = to + (note->place - from);
}

void
aet__args_adopt(aet_args *args, aet_args *inside)
{
	owned_block *last = inside->owned;

	if (last == NULL)
		return;
	while (last->next != NULL)
		last = last->next;
	last->next = args->owned;
	args->owned = inside->owned;
	inside->owned = NULL;
}

const char *
aet__args_next_note(const aet_args *args, void **at, char **place)
{
	owned_block *note = *at == NULL ? args->owned : ((owned_block *)*at)->next;

	while (note != NULL && note->type == NULL)
		note = note->next;
	*at = note;
	if (note == NULL)
		return NULL;
	*place = note->place;
	return note->type;
}

/* jsonb's binary form is a version byte, 1, and the text (jsonb_recv). */
void
aet_args_jsonb_or_null(aet_args *args, aet_json value)
{
	char *data;

	if (value.text == NULL) {
		aet_args_null(args);
		return;
	}
	data = args_own(args, value.len < INT_MAX ? value.len + 1 : value.len);
	if (data == NULL)
		return;
	data[0] = 1;
	memcpy(data + 1, value.text, value.len);
	args_add(args, AET__ARG_DATA, data, value.len + 1);
}

void
aet_args_jsonb(aet_args *args, aet_json value)
{
	aet_args_jsonb_or_null(args, value);
	if (value.text == NULL)
		args_fail(args, AET_EINVAL);
}

/* ---- arrays ----------------------------------------------------------- */

/* array_recv's head for one dimension: dimensions, has-nulls, element type,
 * length, lower bound. An empty array has none. */
#define ARRAY_HEAD 20
#define ARRAY_EMPTY_HEAD 12

static char *
array_head(char *at, size_t count, bool has_null, uint32_t element)
{
	aet__binary_put32(at, count > 0);
	aet__binary_put32(at + 4, has_null);
	aet__binary_put32(at + 8, element);
	if (count == 0)
		return at + ARRAY_EMPTY_HEAD;
	aet__binary_put32(at + 12, (uint32_t)count);
	aet__binary_put32(at + 16, 1);
	return at + ARRAY_HEAD;
}

static size_t
text_array_size(const aet_text_array *array, bool *has_null)
{
	size_t size = array->len > 0 ? ARRAY_HEAD : ARRAY_EMPTY_HEAD;

	*has_null = false;
	for (size_t i = 0; i < array->len; i++) {
		size += 4;
		if (array->items[i] != NULL)
			size += strlen(array->items[i]);
		else
			*has_null = true;
	}
	return size;
}

void
aet_args_text_array(aet_args *args, aet_text_array value)
{
	bool has_null;
	size_t size;
	size_t len;
	char *data;
	char *at;

	if (value.is_null || (value.items == NULL && value.len > 0)) {
		aet_args_null(args);
		if (!value.is_null)
			args_fail(args, AET_EINVAL);
		return;
	}
	if (value.dimension_count > 0) {
		aet__args_text_array(args, &value);
		return;
	}
	size = text_array_size(&value, &has_null);
	data = args_own(args, size);
	if (data == NULL)
		return;
	at = array_head(data, value.len, has_null, AET__OID_TEXT);
	for (size_t i = 0; i < value.len; i++) {
		len = value.items[i] != NULL ? strlen(value.items[i]) : 0;
		aet__binary_put32(
		    at, value.items[i] != NULL ? (uint32_t)len : UINT32_MAX);
		if (len > 0)
			memcpy(at + 4, value.items[i], len);
		at += 4 + len;
	}
	args_add(args, AET__ARG_DATA, data, size);
}

void
aet_args_uuid_array(aet_args *args, const void *uuids, size_t count, size_t stride)
{
	const char *from = uuids;
	size_t size = count > 0 ? ARRAY_HEAD + count * 20 : ARRAY_EMPTY_HEAD;
	char *data = args_own(args, count < INT_MAX / 20 ? size : SIZE_MAX);
	char *at;

	if (data == NULL)
		return;
	if (uuids == NULL && count > 0) {
		aet_args_null(args);
		args_fail(args, AET_EINVAL);
		return;
	}
	at = array_head(data, count, false, AET__OID_UUID);
	for (size_t i = 0; i < count; i++, at += 20) {
		aet__binary_put32(at, 16);
		memcpy(at + 4, from + i * stride, 16);
	}
	args_add(args, AET__ARG_DATA, data, size);
}
