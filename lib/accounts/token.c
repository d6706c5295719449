/* SPDX-License-Identifier: MIT */
#include "accounts/token.h"

#include <string.h>

#include "core/memory.h"
#include "core/utf8.h"

#define TOKEN_BYTES 32
#define OWN_MAX 255

_Static_assert(AET__BASE64URL_SIZE(TOKEN_BYTES) == AET_REFRESH_TOKEN_SIZE,
    "aet_login.refresh_token holds a token");

aet_status
aet__token_make(char token[AET_REFRESH_TOKEN_SIZE], aet_error *err)
{
	uint8_t bytes[TOKEN_BYTES];
	aet_status status = aet__random(bytes, sizeof(bytes), err);

	if (status == AET_OK)
		aet__base64url(bytes, sizeof(bytes), token);
	aet__memory_wipe(bytes, sizeof(bytes));
	return status;
}

aet_status
aet__token_jti(const char *token, char jti[AET__JTI_SIZE], aet_error *err)
{
	const aet__bytes_part part = { token, strlen(token) };
	uint8_t digest[AET__DIGEST_SIZE];
	aet_status status = aet__digest(&part, 1, digest, err);

	if (status == AET_OK)
		aet__base64url(digest, sizeof(digest), jti);
	return status;
}

aet_status
aet__token_check_own(const char *jti, aet_error *err)
{
	size_t bytes = strnlen(jti, OWN_MAX + 1);

	if (bytes == 0 || bytes > OWN_MAX)
		return aet_error_set(err, AET_EINVAL, "a jti has 1 to 255 bytes");
	for (const char *at = jti; *at != '\0';)
		if (aet__utf8_next(&at) == AET__UTF8_INVALID)
			return aet_error_set(err, AET_EINVAL, "the jti is not UTF-8");
	return AET_OK;
}
