/* SPDX-License-Identifier: MIT */
/*
 * Their checksums: Drizzle and Prisma take SHA-256 of the file's bytes, sqlx
 * SHA-384, Flyway CRC-32 of its lines without what ends them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "core/error.h"
#include "core/file.h"
#include "migrate/foreign.h"

#define FILE_MOST (1024 * 1024 * 1024)
#define CHECKSUM_SIZE (2 * EVP_MAX_MD_SIZE + 1)

static bool
hash(const EVP_MD *kind, const char *text, size_t len, char out[CHECKSUM_SIZE])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int size = 0;
	bool done;

	ERR_set_mark();
	done = EVP_Digest(text, len, digest, &size, kind, NULL) == 1;
	ERR_pop_to_mark();
	for (unsigned int i = 0; done && i < size; i++)
		snprintf(out + 2 * (size_t)i, 3, "%02x", digest[i]);
	return done;
}

/* CRC-32 as in ISO 3309 and zlib, one bit at a time: a file is read once. */
static uint32_t
crc_add(uint32_t crc, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		crc ^= (unsigned char)text[i];
		for (int bit = 0; bit < 8; bit++)
			crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320U : 0);
	}
	return crc;
}

/* Java's readLine ends a line at LF, CR or both. */
static void
hash_lines(const char *text, size_t len, char out[CHECKSUM_SIZE])
{
	uint32_t crc = 0xFFFFFFFFU;
	size_t at = len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

	while (at < len) {
		size_t line = strcspn(text + at, "\r\n");

		crc = crc_add(crc, text + at, line);
		at += line;
		if (at + 1 < len && text[at] == '\r' && text[at + 1] == '\n')
			at++;
		at++;
	}
	snprintf(out, CHECKSUM_SIZE, "%d", (int32_t)~crc);
}

aet_status
aet__foreign_same(aet_journal_kind kind, const char *checksum,
    const aet__migration_file *file, bool *same, aet_error *err)
{
	char own[CHECKSUM_SIZE] = "";
	char *text = NULL;
	size_t len = 0;
	bool known = true;
	aet_status status;

	*same = true;
	if (checksum == NULL || file->embedded != NULL)
		return AET_OK;
	status = aet__file_read(file->path, FILE_MOST, &text, &len, err);
	if (status != AET_OK)
		return status;
	if (kind == AET_JOURNAL_FLYWAY)
		hash_lines(text, len, own);
	else
		known = hash(kind == AET_JOURNAL_SQLX ? EVP_sha384() : EVP_sha256(), text,
		    len, own);
	free(text);
	if (!known)
		return aet_error_set(err, AET_EDB,
		    "libcrypto gives no SHA-2: see its configuration, openssl.cnf");
	/* Ours is of the text: a checkout with CRLF may be what they hashed. */
	*same = strcmp(own, checksum) == 0 ||
		(kind != AET_JOURNAL_SQLX && kind != AET_JOURNAL_FLYWAY &&
		    strcmp(file->checksum, checksum) == 0);
	return AET_OK;
}
