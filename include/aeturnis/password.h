/* SPDX-License-Identifier: MIT */
/*
 * Passwords as argon2id strings (RFC 9106), in the PHC form that every argon2
 * library reads: $argon2id$v=19$m=65536,t=3,p=4$salt$tag.
 */
#ifndef AETURNIS_PASSWORD_H
#define AETURNIS_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <aeturnis/error.h>

AET_BEGIN_DECLS

/*
 * What a hash costs. Zero fields have the default beside them; what is above
 * the ceiling is AET_EINVAL when hashing, AET_ETOOCOSTLY when verifying.
 */
typedef struct aet_password_options {
	size_t size;          /* sizeof(aet_password_options); 0 is AET_EINVAL */
	uint32_t memory_kib;  /* 65,536; at most 262,144 */
	uint32_t passes;      /* 3; at most 10 */
	uint32_t parallelism; /* 4; at most 16 */
	int wait_ms;          /* 5,000: in the queue for a processor, before AET_EBUSY */
} aet_password_options;

/* clang-format off */
#define AET_PASSWORD_OPTIONS_INIT { sizeof(aet_password_options), 0, 0, 0, 0 }
/* clang-format on */

/* Any hash made within the ceilings fits: 16-byte salt, 32-byte tag. */
#define AET_PASSWORD_HASH_SIZE 128

/* The longest password, in bytes; the shortest is one byte. */
#define AET_PASSWORD_MAX 1024

/*
 * Hashes a password with a fresh salt from getrandom(2).
 *
 *   opts      NULL: defaults
 *   password  borrowed for the call; any bytes but NUL
 *   hash      written on success only
 *
 * Blocks: tens of milliseconds of work at the default cost, on at most as many
 * threads of the process at once as there are processors (never above 4); the
 * next callers wait in a bounded queue. Fails with AET_EINVAL, AET_ENOMEM,
 * AET_EBUSY (queue full, or wait_ms over). Thread-safe. Hold no transaction
 * open meanwhile.
 */
AET_API AET_MUST_USE aet_status aet_password_hash(const aet_password_options *opts,
    const char *password, char hash[AET_PASSWORD_HASH_SIZE], aet_error *err);

/*
 * Checks a password against a stored string: any order of m, t and p, each
 * once; version 19. Salt and tag lengths are read from the string.
 *
 *   opts          NULL: defaults. What a hash should cost now: needs_rehash
 *   stored        borrowed; NULL or "" is AET_EMALFORMED
 *   needs_rehash  may be NULL; on a match, whether stored costs less than opts
 *                 ask, or is written in another way than aet_password_hash's
 *
 * Returns AET_OK on a match, AET_EMISMATCH, AET_EMALFORMED, AET_ETOOCOSTLY
 * (refused before anything is allocated), AET_EBUSY, AET_ENOMEM, AET_EINVAL.
 * Compares in constant time. Blocks as aet_password_hash; thread-safe.
 */
AET_API AET_MUST_USE aet_status aet_password_verify(const aet_password_options *opts,
    const char *stored, const char *password, bool *needs_rehash, aet_error *err);

/*
 * Costs what verifying a hash of opts' cost does, and says AET_EMISMATCH: for
 * a user that does not exist, so that the time does not tell. Fails as
 * aet_password_verify; blocks; thread-safe.
 */
AET_API AET_MUST_USE aet_status aet_password_verify_nobody(
    const aet_password_options *opts, const char *password, aet_error *err);

AET_END_DECLS

#endif
