/* SPDX-License-Identifier: MIT */
#include "migrate/checksum.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include "core/error.h"

static aet_status
refused(aet_error *err)
{
	return aet_error_set(err, AET_EDB,
	    "libcrypto gives no SHA-256: see its configuration, openssl.cnf");
}

static aet_status
hash(EVP_MD_CTX *context, aet__file_reader *reader, aet__spool *copy,
    unsigned char digest[EVP_MAX_MD_SIZE], aet_error *err)
{
	const char *text;
	size_t len;
	aet_status status;

	if (EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1)
		return refused(err);
	for (;;) {
		status = aet__file_reader_next(reader, &text, &len, err);
		if (status != AET_OK)
			return status;
		if (len == 0)
			break;
		if (EVP_DigestUpdate(context, text, len) != 1)
			return refused(err);
		if (copy != NULL)
			aet__spool_add(copy, text, len);
	}
	return EVP_DigestFinal_ex(context, digest, NULL) == 1 ? AET_OK : refused(err);
}

aet_status
aet__checksum_read(aet__file_reader *reader, aet__spool *copy,
    char hex[AET_CHECKSUM_SIZE], aet_error *err)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char digest[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *context;
	aet_status status;

	/* What fails here must not stay in the thread's queue of errors, where the
	 * caller's own TLS would find it. */
	ERR_set_mark();
	context = EVP_MD_CTX_new();
	if (context != NULL)
		status = hash(context, reader, copy, digest, err);
	else
		status = aet__error_memory(err);
	EVP_MD_CTX_free(context);
	ERR_pop_to_mark();
	if (status == AET_OK && copy != NULL)
		status = aet__spool_finish(copy, err);
	if (status != AET_OK)
		return status;
	for (size_t i = 0; i < AET_CHECKSUM_SIZE / 2; i++) {
		hex[2 * i] = digits[digest[i] >> 4];
		hex[2 * i + 1] = digits[digest[i] & 0x0F];
	}
	hex[AET_CHECKSUM_SIZE - 1] = '\0';
	return AET_OK;
}
