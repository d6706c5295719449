/* SPDX-License-Identifier: MIT */
/*
 * The C side of PostgreSQL's types: plain values, no ownership of their own.
 * Pointers inside a value borrow from the row, list or argument that holds it.
 */
#ifndef AETURNIS_TYPES_H
#define AETURNIS_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <aeturnis/error.h>

AET_BEGIN_DECLS

/* ---- uuid ------------------------------------------------------------- */

/* RFC 9562's 16 bytes, in the order in which they are printed. */
typedef struct aet_uuid {
	uint8_t bytes[16];
} aet_uuid;

#define AET_UUID_TEXT_SIZE 37 /* 36 characters and the NUL */

/* Writes lower-case 8-4-4-4-12 text. Thread-safe; does not block. */
AET_API void aet_uuid_format(aet_uuid uuid, char text[AET_UUID_TEXT_SIZE]);

/*
 * Reads the 8-4-4-4-12 form, either case. Fails with AET_EINVAL and leaves
 * *out alone. Thread-safe; does not block.
 */
AET_API AET_MUST_USE aet_status aet_uuid_parse(
    const char *text, aet_uuid *out, aet_error *err);

/* A random (version 4) uuid from getrandom(2). Fails with AET_EBUSY where the
 * kernel has no randomness to give yet. Thread-safe; does not block. */
AET_API AET_MUST_USE aet_status aet_uuid_random(aet_uuid *out, aet_error *err);

/* Thread-safe; does not block. */
AET_API bool aet_uuid_equal(aet_uuid a, aet_uuid b);

/* ---- time ------------------------------------------------------------- */

/*
 * A timestamptz: microseconds since 2000-01-01 00:00:00 UTC, PostgreSQL's own
 * count. Not the Unix epoch, since PostgreSQL's year 294276 does not fit into
 * 64 bits of Unix microseconds; a struct, so that nobody mixes the two by
 * mistake. The two infinities are the ends of the range (PostgreSQL manual,
 * "Date/Time Types").
 */
typedef struct aet_timestamp {
	int64_t us;
} aet_timestamp;

#define AET_TIMESTAMP_INFINITY INT64_MAX
#define AET_TIMESTAMP_MINUS_INFINITY INT64_MIN

/* Thread-safe; does not block. */
AET_API bool aet_timestamp_is_finite(aet_timestamp value);

/* The present, by the system's clock. Thread-safe; does not block. */
AET_API aet_timestamp aet_timestamp_now(void);

/*
 * From and to microseconds of the Unix epoch. Fails with AET_EINVAL for an
 * infinity, or where the sum leaves 64 bits. Thread-safe; does not block.
 */
AET_API AET_MUST_USE aet_status aet_timestamp_from_unix(
    int64_t unix_us, aet_timestamp *out, aet_error *err);
AET_API AET_MUST_USE aet_status aet_timestamp_to_unix(
    aet_timestamp value, int64_t *unix_us, aet_error *err);

#define AET_TIMESTAMP_TEXT_SIZE 40

/*
 * Writes what psql shows in UTC: "2026-01-02 03:04:05.678901+00", with " BC"
 * for years before 1, or "infinity", "-infinity". Thread-safe; does not block.
 */
AET_API void aet_timestamp_format(
    aet_timestamp value, char text[AET_TIMESTAMP_TEXT_SIZE]);

/*
 * Reads ISO 8601 and what aet_timestamp_format writes: 'T' or a space between
 * date and time, up to six fractional digits, an offset (Z, +hh, +hhmm,
 * +hh:mm) which is required, " BC", the infinities; as PostgreSQL does, a 60th
 * second and 24:00:00. AET_EINVAL otherwise, and outside PostgreSQL's range.
 * Thread-safe; does not block.
 */
AET_API AET_MUST_USE aet_status aet_timestamp_parse(
    const char *text, aet_timestamp *out, aet_error *err);

/* ---- text, bytes, json, arrays ---------------------------------------- */

/* Bytes that are not text; data may be NULL when len is 0. */
typedef struct aet_bytes {
	const uint8_t *data;
	size_t len;
} aet_bytes;

/*
 * A json or jsonb value as its text, exactly as PostgreSQL wrote it, so that
 * no number loses a digit. text is NUL-terminated; NULL stands for SQL NULL.
 * <aeturnis/json.h> turns it into a jansson tree and back.
 */
typedef struct aet_json {
	const char *text;
	size_t len; /* bytes, without the NUL */
} aet_json;

/* One dimension of an array: how many there are, and the first one's number. */
typedef struct aet_dimension {
	int32_t len;
	int32_t first;
} aet_dimension;

/* An array of text. An element is NULL where the array's is. */
typedef struct aet_text_array {
	const char *const *items;
	size_t len;   /* of all dimensions together */
	bool is_null; /* the array itself is SQL NULL; then len is 0 */
	const aet_dimension *dimensions;
	size_t dimension_count; /* 0: one dimension, from 1 */
} aet_text_array;

/* ---- nullable columns of a row ---------------------------------------- */

/* value is zero where has_value is false. Text and json need no such type:
 * their NULL is the null pointer. */
typedef struct aet_opt_bool {
	bool has_value;
	bool value;
} aet_opt_bool;

typedef struct aet_opt_int16 {
	bool has_value;
	int16_t value;
} aet_opt_int16;

typedef struct aet_opt_int32 {
	bool has_value;
	int32_t value;
} aet_opt_int32;

typedef struct aet_opt_int64 {
	bool has_value;
	int64_t value;
} aet_opt_int64;

typedef struct aet_opt_float {
	bool has_value;
	float value;
} aet_opt_float;

typedef struct aet_opt_double {
	bool has_value;
	double value;
} aet_opt_double;

typedef struct aet_opt_uuid {
	bool has_value;
	aet_uuid value;
} aet_opt_uuid;

typedef struct aet_opt_timestamp {
	bool has_value;
	aet_timestamp value;
} aet_opt_timestamp;

typedef struct aet_opt_bytes {
	bool has_value;
	aet_bytes value;
} aet_opt_bytes;

/* ---- fields of an insert or of a change ------------------------------- */

/*
 * AET_UNSET is what zero-initialising gives: in an insert the column takes its
 * DEFAULT, in a change it stays as it is.
 */
typedef enum aet_field_state {
	AET_UNSET = 0,
	AET_SET = 1,
	AET_SET_NULL = 2
} aet_field_state;

typedef struct aet_field_bool {
	aet_field_state state;
	bool value;
} aet_field_bool;

typedef struct aet_field_int16 {
	aet_field_state state;
	int16_t value;
} aet_field_int16;

typedef struct aet_field_int32 {
	aet_field_state state;
	int32_t value;
} aet_field_int32;

typedef struct aet_field_int64 {
	aet_field_state state;
	int64_t value;
} aet_field_int64;

typedef struct aet_field_float {
	aet_field_state state;
	float value;
} aet_field_float;

typedef struct aet_field_double {
	aet_field_state state;
	double value;
} aet_field_double;

typedef struct aet_field_uuid {
	aet_field_state state;
	aet_uuid value;
} aet_field_uuid;

typedef struct aet_field_timestamp {
	aet_field_state state;
	aet_timestamp value;
} aet_field_timestamp;

/* The text is borrowed until the call that takes the struct returns; so are
 * the bytes, the json and the items below. */
typedef struct aet_field_text {
	aet_field_state state;
	const char *value;
} aet_field_text;

typedef struct aet_field_bytes {
	aet_field_state state;
	aet_bytes value;
} aet_field_bytes;

typedef struct aet_field_json {
	aet_field_state state;
	aet_json value;
} aet_field_json;

typedef struct aet_field_text_array {
	aet_field_state state;
	aet_text_array value;
} aet_field_text_array;

/*
 * Short ways to fill a field: `.metadata = aet_set_json("{}")`. A NULL pointer
 * makes AET_SET_NULL. `{ .state = AET_SET_NULL }` is NULL for every type.
 * Thread-safe; none blocks or allocates.
 */
AET_API aet_field_bool aet_set_bool(bool value);
AET_API aet_field_int16 aet_set_int16(int16_t value);
AET_API aet_field_int32 aet_set_int32(int32_t value);
AET_API aet_field_int64 aet_set_int64(int64_t value);
AET_API aet_field_float aet_set_float(float value);
AET_API aet_field_double aet_set_double(double value);
AET_API aet_field_uuid aet_set_uuid(aet_uuid value);
AET_API aet_field_timestamp aet_set_timestamp(aet_timestamp value);
AET_API aet_field_text aet_set_text(const char *value);
AET_API aet_field_bytes aet_set_bytes(const void *data, size_t len);
AET_API aet_field_json aet_set_json(const char *text);
AET_API aet_field_text_array aet_set_text_array(const char *const *items, size_t len);

AET_END_DECLS

#endif
