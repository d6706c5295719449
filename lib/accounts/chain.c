/* SPDX-License-Identifier: MIT */
#include "accounts/chain.h"

#include <stdio.h>
#include <string.h>

aet_status
aet__chain_add(aet__chain_end *end, const char *text, aet_error *err)
{
	char place[32];
	int len = snprintf(place, sizeof(place), "%lld\n", (long long)end->position + 1);
	const aet__bytes_part parts[] = { { end->hash, sizeof(end->hash) },
		{ place, (size_t)len }, { text, text != NULL ? strlen(text) : 0 } };
	uint8_t hash[AET__DIGEST_SIZE];
	aet_status status = aet__digest(parts, text != NULL ? 3 : 2, hash, err);

	if (status != AET_OK)
		return status;
	memcpy(end->hash, hash, sizeof(hash));
	end->position++;
	return AET_OK;
}

aet_status
aet__chain_read_hash(aet_bytes stored, uint8_t hash[AET__DIGEST_SIZE], aet_error *err)
{
	if (stored.len != AET__DIGEST_SIZE)
		return aet_error_set(err, AET_EDATA,
		    "a hash of the audit chain has %zu bytes, not 32", stored.len);
	memcpy(hash, stored.data, AET__DIGEST_SIZE);
	return AET_OK;
}

void
aet__chain_tell(const aet__chain_end *end, aet_audit_head *head)
{
	static const char digits[] = "0123456789abcdef";

	head->position = end->position;
	for (size_t i = 0; i < sizeof(end->hash); i++) {
		head->hash[2 * i] = digits[end->hash[i] >> 4];
		head->hash[2 * i + 1] = digits[end->hash[i] & 15];
	}
	head->hash[2 * sizeof(end->hash)] = '\0';
}
