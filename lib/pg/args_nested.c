/* SPDX-License-Identifier: MIT */
/*
 * Arguments with arguments inside: what array_recv, record_recv, range_recv
 * and multirange_recv of PostgreSQL's sources read. The oids of a schema's own
 * types are in the bytes, too, and are filled in when the statement runs: the
 * places that wait for one are noted.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <aeturnis/codec.h>

#include "core/error.h"
#include "pg/args.h"
#include "pg/binary.h"
#include "pg/oid.h"

/* Takes over what inside owns, so that its bytes and its notes live on. */
static void
inherit(aet_args *args, aet_args *inside)
{
	aet__args_adopt(args, inside);
	aet_args_clear(inside);
}

/* A length and the bytes of each; 4 bytes of type before it in a composite. */
static size_t
size_of(const aet_args *inside, size_t each)
{
	size_t size = 0;

	for (size_t i = 0; i < inside->count; i++) {
		const aet_arg *arg = aet__args_at(inside, i);

		size += each + (arg->len > 0 ? (size_t)arg->len : 0);
	}
	return size;
}

static bool
is_null(const aet_arg *arg)
{
	return arg->state == AET__ARG_UNSET || arg->state == AET__ARG_NULL;
}

/* Notes that lay in arg's bytes lie at another place now. */
static char *
put(aet_args *inside, char *at, const aet_arg *arg)
{
	const char *from =
	    arg->state == AET__ARG_SCALAR ? (const char *)arg->scalar : arg->data;

	if (is_null(arg)) {
		aet__binary_put32(at, UINT32_MAX);
		return at + 4;
	}
	aet__binary_put32(at, (uint32_t)arg->len);
	if (arg->len > 0)
		memcpy(at + 4, from, (size_t)arg->len);
	aet__args_move(inside, from, (size_t)arg->len, at + 4);
	return at + 4 + arg->len;
}

static void
put_type(aet_args *args, char *at, aet_type type)
{
	aet__binary_put32(at, type.oid);
	if (type.oid == 0 && type.name != NULL)
		aet__args_note(args, at, type.name);
}

/* Room for a value of size bytes; NULL where args or inside has failed. */
static char *
begin(aet_args *args, aet_args *inside, size_t size)
{
	char *at = aet__args_data(args, size);

	if (inside->failed != AET_OK)
		aet__args_refuse(args, inside->failed);
	return inside->failed == AET_OK ? at : NULL;
}

static bool
has_null(const aet_args *inside)
{
	for (size_t i = 0; i < inside->count; i++)
		if (is_null(aet__args_at(inside, i)))
			return true;
	return false;
}

/* Whether the dimensions hold as many elements as there are. */
static bool
is_whole(const aet_dimension *dimensions, size_t count, size_t elements)
{
	size_t total = 1;

	for (size_t i = 0; i < count; i++) {
		if (dimensions[i].len < 0 ||
		    total > SIZE_MAX / 8 / ((size_t)dimensions[i].len + 1))
			return false;
		total *= (size_t)dimensions[i].len;
	}
	return total == elements;
}

void
aet_args_array(aet_args *args, aet_args *inside, aet_type element,
    const aet_dimension *dimensions, size_t count)
{
	const aet_dimension one = { (int32_t)inside->count, 1 };
	char *at;

	if (count == 0) {
		dimensions = &one;
		count = 1;
	}
	if (!is_whole(dimensions, count, inside->count))
		inside->failed = AET_EINVAL;
	if (inside->count == 0)
		count = 0;
	at = begin(args, inside, 12 + count * 8 + size_of(inside, 4));
	if (at != NULL) {
		aet__binary_put32(at, (uint32_t)count);
		aet__binary_put32(at + 4, has_null(inside));
		put_type(args, at + 8, element);
		at += 12;
		for (size_t i = 0; i < count; i++, at += 8) {
			aet__binary_put32(at, (uint32_t)dimensions[i].len);
			aet__binary_put32(at + 4, (uint32_t)dimensions[i].first);
		}
		for (size_t i = 0; i < inside->count; i++)
			at = put(inside, at, aet__args_at(inside, i));
	}
	inherit(args, inside);
}

void
aet__args_text_array(aet_args *args, const aet_text_array *value)
{
	aet_args inside = { 0 };

	for (size_t i = 0; i < value->len; i++)
		aet_args_text_or_null(&inside, value->items[i]);
	aet_args_array(args, &inside, (aet_type){ .oid = AET__OID_TEXT },
	    value->dimensions, value->dimension_count);
}

void
aet_args_record(aet_args *args, aet_args *inside, const aet_type *types, size_t count)
{
	char *at;

	if (inside->count != count)
		inside->failed = AET_EINVAL;
	at = begin(args, inside, 4 + size_of(inside, 8));
	if (at != NULL) {
		aet__binary_put32(at, (uint32_t)count);
		at += 4;
		for (size_t i = 0; i < count; i++) {
			put_type(args, at, types[i]);
			at = put(inside, at + 4, aet__args_at(inside, i));
		}
	}
	inherit(args, inside);
}

void
aet_args_range(aet_args *args, aet_args *inside, unsigned flags)
{
	bool empty = (flags & AET_RANGE_EMPTY) != 0;
	size_t bounds = empty ? 0
			      : 2u - ((flags & AET_RANGE_LOWER_INFINITE) != 0) -
				    ((flags & AET_RANGE_UPPER_INFINITE) != 0);
	char *at;

	if (inside->count != bounds)
		inside->failed = AET_EINVAL;
	at = begin(args, inside, 1 + size_of(inside, 4));
	if (at != NULL) {
		*at++ = (char)(flags & 0x1fu);
		for (size_t i = 0; i < inside->count; i++)
			at = put(inside, at, aet__args_at(inside, i));
	}
	inherit(args, inside);
}

void
aet_args_multirange(aet_args *args, aet_args *inside)
{
	char *at = begin(args, inside, 4 + size_of(inside, 4));

	if (at != NULL) {
		aet__binary_put32(at, (uint32_t)inside->count);
		at += 4;
		for (size_t i = 0; i < inside->count; i++)
			at = put(inside, at, aet__args_at(inside, i));
	}
	inherit(args, inside);
}
