/* SPDX-License-Identifier: MIT */
/*
 * The text form of an argon2id hash, read and written (PHC string format
 * specification, "Specification for Argon2"). Pure: no hashing, no heap.
 *
 *   $argon2id$v=19$m=65536,t=3,p=4$<salt>$<tag>
 *
 * Read strictly, but for one thing that exists in the wild: m, t and p may
 * stand in any order.
 */
#ifndef AET_PASSWORD_PHC_H
#define AET_PASSWORD_PHC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <aeturnis/error.h>

/*
 * Salt: RFC 9106's least, 8 bytes, and beyond the PHC specification's 48 to a
 * round 64. Tag: the PHC specification's 12 to 64. RFC 9106 would allow 4 bytes,
 * which a guess meets once in 2^32.
 */
#define AET__PHC_SALT_MIN 8
#define AET__PHC_SALT_MAX 64
#define AET__PHC_TAG_MIN 12
#define AET__PHC_TAG_MAX 64

/* What one string may cost whoever checks it. */
#define AET__PHC_MEMORY_KIB_MAX 262144
#define AET__PHC_PASSES_MAX 10
#define AET__PHC_PARALLELISM_MAX 16

typedef struct aet__phc {
	uint32_t memory_kib;
	uint32_t passes;
	uint32_t parallelism;
	bool in_order; /* written m, t, p */
	size_t salt_len;
	size_t tag_len;
	uint8_t salt[AET__PHC_SALT_MAX];
	uint8_t tag[AET__PHC_TAG_MAX];
} aet__phc;

/*
 * Reads text (NULL is as ""). Nothing is allocated. AET_EMALFORMED where it is
 * no such string; AET_ETOOCOSTLY where it is one, but a number in it, however
 * many digits it has, is above a ceiling. *out is written on success only.
 */
aet_status aet__phc_parse(const char *text, aet__phc *out, aet_error *err);

/* Whether memory, passes and parallelism are all within the ceilings. */
bool aet__phc_affordable(const aet__phc *phc);

/* Writes it, m, t, p in order; false, and an empty text, where size is too small. */
bool aet__phc_print(const aet__phc *phc, char *text, size_t size);

#endif
