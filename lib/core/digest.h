/* SPDX-License-Identifier: MIT */
/* SHA-256, randomness, and base64url (RFC 4648) to write them in. */
#ifndef AET_CORE_DIGEST_H
#define AET_CORE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include <aeturnis/error.h>

#define AET__DIGEST_SIZE 32

/* Without padding, and with the NUL. */
#define AET__BASE64URL_SIZE(bytes) (((bytes)*8 + 5) / 6 + 1)

typedef struct aet__bytes_part {
	const void *data;
	size_t len;
} aet__bytes_part;

/* The digest of the parts one after the other. AET_ENOMEM, or AET_EDB where
 * libcrypto has no SHA-256; digest is written on success only. */
aet_status aet__digest(const aet__bytes_part *parts, size_t count,
    uint8_t digest[AET__DIGEST_SIZE], aet_error *err);

/* From getrandom(2), whole or not at all: AET_EBUSY where the kernel has none.
 * size: at most 256. */
aet_status aet__random(void *data, size_t size, aet_error *err);

void aet__base64url(const uint8_t *data, size_t size, char *text);

#endif
