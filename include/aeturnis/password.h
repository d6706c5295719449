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
 * the ceiling, or memory of less than 8 KiB a lane, is AET_EINVAL.
 */
typedef struct aet_password_options {
	size_t size;          /* sizeof(aet_password_options); 0 is AET_EINVAL */
	uint32_t memory_kib;  /* 65,536; at most 262,144 */
	uint32_t passes;      /* 3; at most 10 */
	uint32_t parallelism; /* 4 lanes; at most 16 */
	int wait_ms; /* 5,000: in the queue for a processor, before AET_EBUSY; negative is AET_EINVAL */
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
 *   password  borrowed for the call; any bytes but NUL, hashed as they are
 *   hash      written on success only
 *
 * Blocks: a quarter of a second of work, more or less, at the default cost.
 * One call is one thread, whatever the parallelism; as many calls of the
 * process work at once as it may use processors, never above 4. The next 64
 * wait in the order in which they came; whoever comes then is AET_EBUSY at
 * once. Hold no transaction open meanwhile. Thread-safe.
 *
 * Fails with AET_EINVAL (opts; password NULL, empty or longer than
 * AET_PASSWORD_MAX), AET_ENOMEM, AET_EBUSY (queue full, wait_ms over, or the
 * kernel has no randomness to give).
 */
AET_API AET_MUST_USE aet_status aet_password_hash(const aet_password_options *opts,
    const char *password, char hash[AET_PASSWORD_HASH_SIZE], aet_error *err);

/*
 * Checks a password against a stored string.
 *
 *   opts          NULL: defaults. What a hash should cost now, for
 *                 needs_rehash, and wait_ms
 *   stored        borrowed for the call
 *   password      borrowed for the call
 *   needs_rehash  may be NULL; written on a match only: whether memory,
 *                 passes, parallelism, salt or tag are less than
 *                 aet_password_hash would use with opts, or m, t and p are
 *                 written in another order
 *
 * Returns
 *   AET_OK          on a match
 *   AET_EMISMATCH   on none. A password that aet_password_hash refuses (empty,
 *                   or too long) matches nothing, and costs as much
 *   AET_EMALFORMED  stored is NULL, empty, or anything but
 *                   $argon2id$v=19$m=..,t=..,p=..$salt$tag: m, t and p each once
 *                   in any order, decimal, t and p above 0, m at least 8 times
 *                   p; salt (8 to 64 bytes) and tag (12 to 64 bytes) in base64
 *                   without padding; no keyid, no data
 *   AET_ETOOCOSTLY  stored is well formed, but m is above 262,144, t above 10
 *                   or p above 16, by however many digits
 *   AET_EBUSY, AET_ENOMEM, AET_EINVAL (opts; password NULL)
 *
 * Malformed and too costly are told at once, with nothing allocated: who must
 * not let on that the user exists calls aet_password_verify_nobody then.
 * Compares in constant time. Blocks as aet_password_hash; thread-safe.
 */
AET_API AET_MUST_USE aet_status aet_password_verify(const aet_password_options *opts,
    const char *stored, const char *password, bool *needs_rehash, aet_error *err);

/*
 * Costs what verifying a hash of opts' cost does, and says AET_EMISMATCH, with
 * the same message: for a user that does not exist, so that the time does not
 * tell. Fails otherwise as aet_password_verify; blocks; thread-safe.
 */
AET_API AET_MUST_USE aet_status aet_password_verify_nobody(
    const aet_password_options *opts, const char *password, aet_error *err);

AET_END_DECLS

#endif
