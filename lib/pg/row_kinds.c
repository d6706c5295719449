/* SPDX-License-Identifier: MIT */
/* Columns of the types of <aeturnis/values.h>: what each type's send function
 * writes (src/backend/utils/adt of PostgreSQL's sources). */
#include <string.h>

#include <aeturnis/codec.h>

#include "core/numeric_double.h"
#include "pg/binary.h"
#include "pg/row_private.h"

/* What PostgreSQL writes for inet's families, whatever AF_INET is here. */
#define FAMILY_IPV4 2
#define FAMILY_IPV6 3

static double
get_double(const char *at)
{
	uint64_t bits = aet__binary_get64(at);
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

/* A value of count doubles; zeros where the row has failed. */
static void
doubles(aet_row *row, size_t column, double *out, size_t count)
{
	const char *value = aet__row_fixed(row, column, count * 8);

	for (size_t i = 0; i < count; i++)
		out[i] = value != NULL ? get_double(value + i * 8) : 0;
}

aet_date
aet_row_date(aet_row *row, size_t column)
{
	return (aet_date){ aet_row_int32(row, column) };
}

aet_time
aet_row_time(aet_row *row, size_t column)
{
	return (aet_time){ aet_row_int64(row, column) };
}

aet_timetz
aet_row_timetz(aet_row *row, size_t column)
{
	const char *value = aet__row_fixed(row, column, 12);

	if (value == NULL)
		return (aet_timetz){ 0, 0 };
	return (aet_timetz){ (int64_t)aet__binary_get64(value),
		(int32_t)aet__binary_get32(value + 8) };
}

aet_local_timestamp
aet_row_local_timestamp(aet_row *row, size_t column)
{
	return (aet_local_timestamp){ aet_row_int64(row, column) };
}

aet_interval
aet_row_interval(aet_row *row, size_t column)
{
	const char *value = aet__row_fixed(row, column, 16);

	if (value == NULL)
		return (aet_interval){ 0, 0, 0 };
	return (aet_interval){ (int64_t)aet__binary_get64(value),
		(int32_t)aet__binary_get32(value + 8),
		(int32_t)aet__binary_get32(value + 12) };
}

/* numeric_recv's own checks: the sign is one of these, a digit below 10,000. */
static bool
is_numeric(const char *value, size_t len)
{
	if (len < 8 || len != 8 + (size_t)aet__binary_get16(value) * 2)
		return false;
	for (size_t at = 8; at < len; at += 2)
		if (aet__binary_get16(value + at) >= 10000)
			return false;
	switch ((aet_numeric_kind)aet__binary_get16(value + 4)) {
	case AET_NUMERIC_POSITIVE:
	case AET_NUMERIC_NEGATIVE:
	case AET_NUMERIC_NAN:
	case AET_NUMERIC_INFINITY:
	case AET_NUMERIC_MINUS_INFINITY:
		return true;
	}
	return false;
}

aet_numeric
aet_row_numeric(aet_row *row, size_t column)
{
	aet_numeric numeric = { NULL, 0, 0, 0, AET_NUMERIC_POSITIVE };
	uint16_t *digits;
	size_t len;
	const char *value = aet__row_raw(row, column, &len);

	if (!is_numeric(value, len)) {
		aet_row_require(row, column);
		aet_row_fail(row, column, "a malformed numeric");
		return numeric;
	}
	numeric.digit_count = aet__binary_get16(value);
	numeric.weight = (int16_t)aet__binary_get16(value + 2);
	numeric.kind = (aet_numeric_kind)aet__binary_get16(value + 4);
	numeric.scale = aet__binary_get16(value + 6);
	digits = aet_row_room(row, numeric.digit_count, sizeof(*digits));
	if (digits == NULL)
		numeric.digit_count = 0;
	for (size_t i = 0; i < numeric.digit_count; i++)
		digits[i] = aet__binary_get16(value + 8 + i * 2);
	numeric.digits = digits;
	return numeric;
}

double
aet_row_numeric_double(aet_row *row, size_t column)
{
	return aet__numeric_to_double(aet_row_numeric(row, column));
}

aet_money
aet_row_money(aet_row *row, size_t column)
{
	return (aet_money){ aet_row_int64(row, column) };
}

char
aet_row_char(aet_row *row, size_t column)
{
	const char *value = aet__row_fixed(row, column, 1);

	return value != NULL ? *value : '\0';
}

uint32_t
aet_row_uint32(aet_row *row, size_t column)
{
	return (uint32_t)aet_row_int32(row, column);
}

uint64_t
aet_row_uint64(aet_row *row, size_t column)
{
	return (uint64_t)aet_row_int64(row, column);
}

aet_inet
aet_row_inet(aet_row *row, size_t column)
{
	aet_inet inet = { { 0 }, 4, 0, false };
	size_t len;
	const char *value = aet__row_raw(row, column, &len);
	bool known = len >= 4 && (value[0] == FAMILY_IPV4 || value[0] == FAMILY_IPV6);

	if (!known || len != 4 + (size_t)value[3] ||
	    value[3] != (value[0] == FAMILY_IPV4 ? 4 : 16)) {
		aet_row_require(row, column);
		aet_row_fail(row, column, "a malformed address");
		return inet;
	}
	inet.len = (uint8_t)value[3];
	inet.bits = (uint8_t)value[1];
	inet.cidr = value[2] != 0;
	memcpy(inet.bytes, value + 4, inet.len);
	return inet;
}

aet_macaddr
aet_row_macaddr(aet_row *row, size_t column)
{
	aet_macaddr address = { { 0 }, 6 };
	size_t len;
	const char *value = aet__row_raw(row, column, &len);

	if (len != 6 && len != 8) {
		aet_row_require(row, column);
		aet_row_fail(row, column, "a malformed address");
		return address;
	}
	address.len = (uint8_t)len;
	memcpy(address.bytes, value, len);
	return address;
}

aet_tid
aet_row_tid(aet_row *row, size_t column)
{
	const char *value = aet__row_fixed(row, column, 6);

	if (value == NULL)
		return (aet_tid){ 0, 0 };
	return (aet_tid){ aet__binary_get32(value), aet__binary_get16(value + 4) };
}

aet_bits
aet_row_bits(aet_row *row, size_t column)
{
	aet_bits bits = { NULL, 0 };
	size_t len;
	const char *value = aet__row_raw(row, column, &len);

	if (len < 4 || len != 4 + ((size_t)aet__binary_get32(value) + 7) / 8) {
		aet_row_require(row, column);
		aet_row_fail(row, column, "a malformed bit string");
		return bits;
	}
	bits.len = aet__binary_get32(value);
	bits.data = (const uint8_t *)aet__row_borrow(row, value + 4, len - 4);
	return bits;
}

aet_point
aet_row_point(aet_row *row, size_t column)
{
	double at[2];

	doubles(row, column, at, 2);
	return (aet_point){ at[0], at[1] };
}

aet_line
aet_row_line(aet_row *row, size_t column)
{
	double at[3];

	doubles(row, column, at, 3);
	return (aet_line){ at[0], at[1], at[2] };
}

aet_lseg
aet_row_lseg(aet_row *row, size_t column)
{
	double at[4];

	doubles(row, column, at, 4);
	return (aet_lseg){ { at[0], at[1] }, { at[2], at[3] } };
}

aet_box
aet_row_box(aet_row *row, size_t column)
{
	double at[4];

	doubles(row, column, at, 4);
	return (aet_box){ { at[0], at[1] }, { at[2], at[3] } };
}

aet_circle
aet_row_circle(aet_row *row, size_t column)
{
	double at[3];

	doubles(row, column, at, 3);
	return (aet_circle){ { at[0], at[1] }, at[2] };
}

/* head bytes, a count, and so many points. */
static const aet_point *
points(aet_row *row, size_t column, size_t head, size_t *count)
{
	aet_point *made;
	size_t len;
	const char *value = aet__row_raw(row, column, &len);

	*count = 0;
	if (len < head + 4 ||
	    len != head + 4 + (size_t)aet__binary_get32(value + head) * 16) {
		aet_row_require(row, column);
		aet_row_fail(row, column, "malformed points");
		return NULL;
	}
	*count = aet__binary_get32(value + head);
	made = aet_row_room(row, *count, sizeof(*made));
	if (made == NULL)
		*count = 0;
	for (size_t i = 0; i < *count; i++) {
		made[i].x = get_double(value + head + 4 + i * 16);
		made[i].y = get_double(value + head + 12 + i * 16);
	}
	return made;
}

aet_path
aet_row_path(aet_row *row, size_t column)
{
	aet_path path = { NULL, 0, false };
	size_t len;
	const char *value = aet__row_raw(row, column, &len);

	path.closed = len > 0 && value[0] != 0;
	path.points = points(row, column, 1, &path.len);
	return path;
}

aet_polygon
aet_row_polygon(aet_row *row, size_t column)
{
	aet_polygon polygon = { NULL, 0 };

	polygon.points = points(row, column, 0, &polygon.len);
	return polygon;
}

/* ---- nullable --------------------------------------------------------- */

/* clang-format off */
#define OPTIONAL(stem, c)                                                          \
	aet_opt_##stem                                                             \
	aet_row_opt_##stem(aet_row *row, size_t column)                            \
	{                                                                          \
		if (aet_row_is_null(row, column))                                  \
			return (aet_opt_##stem){ 0 };                              \
		return (aet_opt_##stem){ true, aet_row_##stem(row, column) };      \
	}

AET_VALUES(OPTIONAL)
/* clang-format on */
