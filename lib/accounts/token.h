/* SPDX-License-Identifier: MIT */
/* Refresh tokens, and what is stored of them in refresh_token_jti. */
#ifndef AET_ACCOUNTS_TOKEN_H
#define AET_ACCOUNTS_TOKEN_H

#include <aeturnis/accounts.h>

#include "core/digest.h"

#define AET__JTI_SIZE AET__BASE64URL_SIZE(AET__DIGEST_SIZE)

/* 256 bits from the kernel. AET_EBUSY where it has none: never a weaker one. */
aet_status aet__token_make(char token[AET_REFRESH_TOKEN_SIZE], aet_error *err);

/* The token's SHA-256 in base64url. A token needs no salt: nobody guesses it. */
aet_status aet__token_jti(const char *token, char jti[AET__JTI_SIZE], aet_error *err);

/* One's own: 1 to 255 bytes of UTF-8. AET_EINVAL. */
aet_status aet__token_check_own(const char *jti, aet_error *err);

#endif
