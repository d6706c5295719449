/* SPDX-License-Identifier: MIT */
/*
 * PostgreSQL's binary format is network byte order throughout (manual,
 * "Frontend/Backend Protocol"); these read and write it at any alignment.
 */
#ifndef AET_PG_BINARY_H
#define AET_PG_BINARY_H

#include <stdint.h>
#include <string.h>

static inline uint16_t
aet__binary_get16(const void *at)
{
	const uint8_t *b = at;

	return (uint16_t)((unsigned)b[0] << 8 | b[1]);
}

static inline uint32_t
aet__binary_get32(const void *at)
{
	const uint8_t *b = at;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static inline uint64_t
aet__binary_get64(const void *at)
{
	const uint8_t *b = at;

	return (uint64_t)aet__binary_get32(b) << 32 | aet__binary_get32(b + 4);
}

static inline void
aet__binary_put16(void *at, uint16_t value)
{
	uint8_t *b = at;

	b[0] = (uint8_t)(value >> 8);
	b[1] = (uint8_t)value;
}

static inline void
aet__binary_put32(void *at, uint32_t value)
{
	uint8_t *b = at;

	aet__binary_put16(b, (uint16_t)(value >> 16));
	aet__binary_put16(b + 2, (uint16_t)value);
}

static inline void
aet__binary_put64(void *at, uint64_t value)
{
	uint8_t *b = at;

	aet__binary_put32(b, (uint32_t)(value >> 32));
	aet__binary_put32(b + 4, (uint32_t)value);
}

#endif
