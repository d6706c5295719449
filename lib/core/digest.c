/* SPDX-License-Identifier: MIT */
#include "core/digest.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <sys/random.h>

#include "core/error.h"

static int
hash(EVP_MD_CTX *context, const aet__bytes_part *parts, size_t count, uint8_t *digest)
{
	if (EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1)
		return 0;
	for (size_t i = 0; i < count; i++)
		if (EVP_DigestUpdate(context, parts[i].data, parts[i].len) != 1)
			return 0;
	return EVP_DigestFinal_ex(context, digest, NULL);
}

aet_status
aet__digest(const aet__bytes_part *parts, size_t count, uint8_t digest[AET__DIGEST_SIZE],
    aet_error *err)
{
	aet_status status = AET_OK;
	EVP_MD_CTX *context;

	/* The thread's queue of errors is the caller's own: nothing stays in it. */
	ERR_set_mark();
	context = EVP_MD_CTX_new();
	if (context == NULL)
		status = aet__error_memory(err);
	else if (hash(context, parts, count, digest) != 1)
		status = aet_error_set(err, AET_EDB,
		    "libcrypto gives no SHA-256: see its configuration, openssl.cnf");
	EVP_MD_CTX_free(context);
	ERR_pop_to_mark();
	return status;
}

aet_status
aet__random(void *data, size_t size, aet_error *err)
{
	ssize_t got;

	/* Up to 256 bytes come whole or not at all (getrandom(2)). */
	do
		got = getrandom(data, size, 0);
	while (got < 0 && errno == EINTR);
	if (got < 0 || (size_t)got != size)
		return aet_error_set(
		    err, AET_EBUSY, "the kernel has no randomness to give");
	return AET_OK;
}

void
aet__base64url(const uint8_t *data, size_t size, char *text)
{
	static const char alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	uint32_t bits = 0;
	int have = 0;

	for (size_t i = 0; i < size; i++) {
		bits = bits << 8 | data[i];
		for (have += 8; have >= 6; have -= 6)
			*text++ = alphabet[bits >> (have - 6) & 63];
	}
	if (have > 0)
		*text++ = alphabet[bits << (6 - have) & 63];
	*text = '\0';
}
