/* SPDX-License-Identifier: MIT */
/* Arguments of the types of <aeturnis/values.h>: what each type's receive
 * function reads (src/backend/utils/adt of PostgreSQL's sources). */
#include <string.h>

#include <aeturnis/codec.h>

#include "core/numeric_double.h"
#include "pg/args.h"
#include "pg/binary.h"

#define FAMILY_IPV4 2
#define FAMILY_IPV6 3

/* Room for head bytes and the count things of size bytes each that from points
 * to; NULL with args failed. */
static char *
begin(aet_args *args, size_t head, const void *from, size_t count, size_t size)
{
	if ((from != NULL || count == 0) && count <= INT32_MAX / size)
		return aet__args_data(args, head + count * size);
	aet_args_null(args);
	aet__args_refuse(args, AET_EINVAL);
	return NULL;
}

void
aet_args_date(aet_args *args, aet_date value)
{
	aet_args_int32(args, value.days);
}

void
aet_args_time(aet_args *args, aet_time value)
{
	aet_args_int64(args, value.us);
}

void
aet_args_timetz(aet_args *args, aet_timetz value)
{
	char *at = aet__args_data(args, 12);

	if (at == NULL)
		return;
	aet__binary_put64(at, (uint64_t)value.us);
	aet__binary_put32(at + 8, (uint32_t)value.west_s);
}

void
aet_args_local_timestamp(aet_args *args, aet_local_timestamp value)
{
	aet_args_int64(args, value.us);
}

void
aet_args_interval(aet_args *args, aet_interval value)
{
	char *at = aet__args_data(args, 16);

	if (at == NULL)
		return;
	aet__binary_put64(at, (uint64_t)value.us);
	aet__binary_put32(at + 8, (uint32_t)value.days);
	aet__binary_put32(at + 12, (uint32_t)value.months);
}

void
aet_args_numeric(aet_args *args, aet_numeric value)
{
	char *at = begin(args, 8, value.digits, value.digit_count, 2);

	if (at == NULL)
		return;
	aet__binary_put16(at, value.digit_count);
	aet__binary_put16(at + 2, (uint16_t)value.weight);
	aet__binary_put16(at + 4, (uint16_t)value.kind);
	aet__binary_put16(at + 6, value.scale);
	for (size_t i = 0; i < value.digit_count; i++)
		aet__binary_put16(at + 8 + i * 2, value.digits[i]);
}

void
aet_args_numeric_double(aet_args *args, double value)
{
	uint16_t room[AET__NUMERIC_DOUBLE_DIGITS];

	aet_args_numeric(args, aet__numeric_from_double(value, room));
}

void
aet_args_money(aet_args *args, aet_money value)
{
	aet_args_int64(args, value.units);
}

void
aet_args_char(aet_args *args, char value)
{
	char *at = aet__args_data(args, 1);

	if (at != NULL)
		*at = value;
}

void
aet_args_uint32(aet_args *args, uint32_t value)
{
	aet_args_int32(args, (int32_t)value);
}

void
aet_args_uint64(aet_args *args, uint64_t value)
{
	aet_args_int64(args, (int64_t)value);
}

/* {0} is 0.0.0.0/0. */
void
aet_args_inet(aet_args *args, aet_inet value)
{
	size_t len = value.len == 16 ? 16 : 4;
	char *at = aet__args_data(args, 4 + len);

	if (at == NULL)
		return;
	at[0] = len == 4 ? FAMILY_IPV4 : FAMILY_IPV6;
	at[1] = (char)value.bits;
	at[2] = value.cidr;
	at[3] = (char)len;
	memcpy(at + 4, value.bytes, len);
}

void
aet_args_macaddr(aet_args *args, aet_macaddr value)
{
	size_t len = value.len == 8 ? 8 : 6;
	char *at = aet__args_data(args, len);

	if (at != NULL)
		memcpy(at, value.bytes, len);
}

void
aet_args_tid(aet_args *args, aet_tid value)
{
	char *at = aet__args_data(args, 6);

	if (at == NULL)
		return;
	aet__binary_put32(at, value.block);
	aet__binary_put16(at + 4, value.offset);
}

void
aet_args_bits(aet_args *args, aet_bits value)
{
	size_t len = value.len / 8 + (value.len % 8 > 0);
	char *at = begin(args, 4, value.data, len, 1);

	if (at == NULL)
		return;
	aet__binary_put32(at, (uint32_t)value.len);
	if (len > 0)
		memcpy(at + 4, value.data, len);
}

/* ---- geometry ----------------------------------------------------------- */

static void
put_double(char *at, double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	aet__binary_put64(at, bits);
}

static void
add_doubles(aet_args *args, const double *values, size_t count)
{
	char *at = aet__args_data(args, count * 8);

	for (size_t i = 0; i < count && at != NULL; i++)
		put_double(at + i * 8, values[i]);
}

void
aet_args_point(aet_args *args, aet_point value)
{
	add_doubles(args, (double[]){ value.x, value.y }, 2);
}

void
aet_args_line(aet_args *args, aet_line value)
{
	add_doubles(args, (double[]){ value.a, value.b, value.c }, 3);
}

void
aet_args_lseg(aet_args *args, aet_lseg value)
{
	add_doubles(
	    args, (double[]){ value.from.x, value.from.y, value.to.x, value.to.y }, 4);
}

void
aet_args_box(aet_args *args, aet_box value)
{
	add_doubles(
	    args, (double[]){ value.high.x, value.high.y, value.low.x, value.low.y }, 4);
}

void
aet_args_circle(aet_args *args, aet_circle value)
{
	add_doubles(args, (double[]){ value.center.x, value.center.y, value.radius }, 3);
}

static void
put_points(char *at, const aet_point *points, size_t count)
{
	aet__binary_put32(at, (uint32_t)count);
	for (size_t i = 0; i < count; i++) {
		put_double(at + 4 + i * 16, points[i].x);
		put_double(at + 12 + i * 16, points[i].y);
	}
}

void
aet_args_path(aet_args *args, aet_path value)
{
	char *at = begin(args, 5, value.points, value.len, 16);

	if (at == NULL)
		return;
	at[0] = value.closed;
	put_points(at + 1, value.points, value.len);
}

void
aet_args_polygon(aet_args *args, aet_polygon value)
{
	char *at = begin(args, 4, value.points, value.len, 16);

	if (at != NULL)
		put_points(at, value.points, value.len);
}
