/* SPDX-License-Identifier: MIT */
/*
 * The C side of PostgreSQL's less common types: numbers without a C type,
 * dates and times without a zone, addresses, bits, geometry. Plain values like
 * those of <aeturnis/types.h>: pointers inside one borrow from the row, list
 * or argument that holds it.
 */
#ifndef AETURNIS_VALUES_H
#define AETURNIS_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <aeturnis/types.h>

AET_BEGIN_DECLS

/* ---- dates and times ---------------------------------------------------- */

/* Days since 2000-01-01; INT32_MAX and INT32_MIN are the infinities. */
typedef struct aet_date {
	int32_t days;
} aet_date;

/* time without time zone: microseconds since midnight, 24:00 included. */
typedef struct aet_time {
	int64_t us;
} aet_time;

/* time with time zone: the clock's time, and its zone in seconds west of UTC. */
typedef struct aet_timetz {
	int64_t us;
	int32_t west_s;
} aet_timetz;

/* timestamp without time zone: microseconds since 2000-01-01 00:00:00 of a place
 * that the database does not know; INT64_MAX and INT64_MIN are the infinities. */
typedef struct aet_local_timestamp {
	int64_t us;
} aet_local_timestamp;

/* Months and days are kept apart, since neither has a fixed length. */
typedef struct aet_interval {
	int64_t us;
	int32_t days;
	int32_t months;
} aet_interval;

/* ---- numbers ------------------------------------------------------------ */

typedef enum aet_numeric_kind {
	AET_NUMERIC_POSITIVE = 0x0000,
	AET_NUMERIC_NEGATIVE = 0x4000,
	AET_NUMERIC_NAN = 0xc000,
	AET_NUMERIC_INFINITY = 0xd000,
	AET_NUMERIC_MINUS_INFINITY = 0xf000
} aet_numeric_kind;

/*
 * An exact decimal number as PostgreSQL keeps it: digits of base 10,000, the
 * first of which counts 10,000 to the power of weight; scale decimal places
 * are shown. {0} is the number 0.
 */
typedef struct aet_numeric {
	const uint16_t *digits; /* each below 10,000 */
	uint16_t digit_count;
	int16_t weight;
	uint16_t scale;
	aet_numeric_kind kind;
} aet_numeric;

/*
 * Writes what psql shows, at most size bytes with the NUL, and returns how
 * long the whole text is, as snprintf does. Thread-safe; does not block.
 */
AET_API size_t aet_numeric_format(aet_numeric value, char *text, size_t size);

/*
 * Reads digits with an optional sign and point, "NaN", "Infinity" and
 * "-Infinity"; no exponent.
 *
 *   room, count  where the digits go: strlen(text) / 4 + 3 are always enough
 *   out          borrows room. Untouched on failure
 *
 * AET_EINVAL: no such number, or too few digits of room. Thread-safe.
 */
AET_API AET_MUST_USE aet_status aet_numeric_parse(
    const char *text, uint16_t *room, size_t count, aet_numeric *out, aet_error *err);

/* In the currency's smallest unit, which is the server's lc_monetary's. */
typedef struct aet_money {
	int64_t units;
} aet_money;

/* ---- addresses ---------------------------------------------------------- */

/* inet or cidr: 4 bytes of an IPv4 address or 16 of an IPv6 one. */
typedef struct aet_inet {
	uint8_t bytes[16];
	uint8_t len;  /* 4 or 16 */
	uint8_t bits; /* of the netmask */
	bool cidr;
} aet_inet;

/* macaddr has 6 bytes, macaddr8 has 8. */
typedef struct aet_macaddr {
	uint8_t bytes[8];
	uint8_t len;
} aet_macaddr;

/* The place of a row in its table: ctid. */
typedef struct aet_tid {
	uint32_t block;
	uint16_t offset;
} aet_tid;

/* ---- bits --------------------------------------------------------------- */

/* bit or bit varying: the first bit is the highest of the first byte. */
typedef struct aet_bits {
	const uint8_t *data;
	size_t len; /* in bits */
} aet_bits;

/* ---- geometry ----------------------------------------------------------- */

typedef struct aet_point {
	double x;
	double y;
} aet_point;

/* a * x + b * y + c = 0 */
typedef struct aet_line {
	double a;
	double b;
	double c;
} aet_line;

typedef struct aet_lseg {
	aet_point from;
	aet_point to;
} aet_lseg;

typedef struct aet_box {
	aet_point high;
	aet_point low;
} aet_box;

typedef struct aet_circle {
	aet_point center;
	double radius;
} aet_circle;

typedef struct aet_path {
	const aet_point *points;
	size_t len;
	bool closed;
} aet_path;

typedef struct aet_polygon {
	const aet_point *points;
	size_t len;
} aet_polygon;

/* ---- nested values ------------------------------------------------------ */

/* A range's bounds: these, added up. {0} is (lower, upper). */
enum {
	AET_RANGE_EMPTY = 0x01,
	AET_RANGE_LOWER_INCLUSIVE = 0x02,
	AET_RANGE_UPPER_INCLUSIVE = 0x04,
	AET_RANGE_LOWER_INFINITE = 0x08,
	AET_RANGE_UPPER_INFINITE = 0x10
};

/* ---- nullable columns, and fields of an insert or a change --------------- */

/* For each type T of the list aet_opt_T and aet_field_T, as <aeturnis/types.h>
 * has them for the common types. */
#define AET_VALUE_TYPES(stem, c)          \
	typedef struct aet_opt_##stem {   \
		bool has_value;           \
		c value;                  \
	} aet_opt_##stem;                 \
	typedef struct aet_field_##stem { \
		aet_field_state state;    \
		c value;                  \
	} aet_field_##stem;

/* clang-format off */
#define AET_VALUES(each)                             \
	each(date, aet_date)                         \
	each(time, aet_time)                         \
	each(timetz, aet_timetz)                     \
	each(local_timestamp, aet_local_timestamp)   \
	each(interval, aet_interval)                 \
	each(numeric, aet_numeric)                   \
	each(money, aet_money)                       \
	each(char, char)                             \
	each(uint32, uint32_t)                       \
	each(uint64, uint64_t)                       \
	each(inet, aet_inet)                         \
	each(macaddr, aet_macaddr)                   \
	each(tid, aet_tid)                           \
	each(bits, aet_bits)                         \
	each(point, aet_point)                       \
	each(line, aet_line)                         \
	each(lseg, aet_lseg)                         \
	each(box, aet_box)                           \
	each(circle, aet_circle)                     \
	each(path, aet_path)                         \
	each(polygon, aet_polygon)

AET_VALUES(AET_VALUE_TYPES)
/* clang-format on */

/* Short ways to fill a field. Thread-safe; none blocks or allocates. */
AET_API aet_field_date aet_set_date(aet_date value);
AET_API aet_field_time aet_set_time(aet_time value);
AET_API aet_field_timetz aet_set_timetz(aet_timetz value);
AET_API aet_field_local_timestamp aet_set_local_timestamp(aet_local_timestamp value);
AET_API aet_field_interval aet_set_interval(aet_interval value);
AET_API aet_field_numeric aet_set_numeric(aet_numeric value);
AET_API aet_field_money aet_set_money(aet_money value);
AET_API aet_field_char aet_set_char(char value);
AET_API aet_field_uint32 aet_set_uint32(uint32_t value);
AET_API aet_field_uint64 aet_set_uint64(uint64_t value);
AET_API aet_field_inet aet_set_inet(aet_inet value);
AET_API aet_field_macaddr aet_set_macaddr(aet_macaddr value);
AET_API aet_field_tid aet_set_tid(aet_tid value);
AET_API aet_field_bits aet_set_bits(aet_bits value);
AET_API aet_field_point aet_set_point(aet_point value);
AET_API aet_field_line aet_set_line(aet_line value);
AET_API aet_field_lseg aet_set_lseg(aet_lseg value);
AET_API aet_field_box aet_set_box(aet_box value);
AET_API aet_field_circle aet_set_circle(aet_circle value);
AET_API aet_field_path aet_set_path(aet_path value);
AET_API aet_field_polygon aet_set_polygon(aet_polygon value);

AET_END_DECLS

#endif
