/* SPDX-License-Identifier: MIT */
/* SHA-256 in lower-case hex: what the journal remembers a file by. */
#ifndef AET_MIGRATE_CHECKSUM_H
#define AET_MIGRATE_CHECKSUM_H

#include <aeturnis/migrate.h>

#include "migrate/reader.h"
#include "migrate/spool.h"

/*
 * Hashes all that reader has to give, and appends it to copy unless that is
 * NULL, so that what is run is what was hashed. Fails as reader does, and with
 * AET_ENOMEM, AET_EDB where libcrypto has no SHA-256; copy is finished; hex is written on success
 * only.
 */
aet_status aet__checksum_read(aet__file_reader *reader, aet__spool *copy,
    char hex[AET_CHECKSUM_SIZE], aet_error *err);

#endif
