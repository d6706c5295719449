/* SPDX-License-Identifier: MIT */
/* The hashes of the audit log's chain. */
#ifndef AET_ACCOUNTS_CHAIN_H
#define AET_ACCOUNTS_CHAIN_H

#include <aeturnis/audit.h>

#include "core/digest.h"

/* How far a chain has got. {0} is its beginning. */
typedef struct aet__chain_end {
	int64_t position;
	uint8_t hash[AET__DIGEST_SIZE];
} aet__chain_end;

/* Moves end on by one link: its hash is that of the hash before, the position
 * in decimal, a line's end, and the entry's text; NULL for one that is gone. */
aet_status aet__chain_add(aet__chain_end *end, const char *text, aet_error *err);

/* As stored: AET_EDATA where it has another length. */
aet_status aet__chain_read_hash(
    aet_bytes stored, uint8_t hash[AET__DIGEST_SIZE], aet_error *err);

void aet__chain_tell(const aet__chain_end *end, aet_audit_head *head);

#endif
