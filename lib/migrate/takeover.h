/* SPDX-License-Identifier: MIT */
/* One call of aet_db_migrate_adopt, and its two kinds of evidence. */
#ifndef AET_MIGRATE_TAKEOVER_H
#define AET_MIGRATE_TAKEOVER_H

#include "migrate/foreign.h"
#include "migrate/migrator.h"

typedef struct aet__takeover {
	const aet_adopt_options *adopt;
	aet_adopt_report *report;
	bool *applied; /* of each of the source's files: their journal has it */
} aet__takeover;

/* Tells of something that speaks against it, and counts it. */
void aet__takeover_object(const aet__migrator *m, const aet__takeover *takeover,
    const char *format, ...) AET_PRINTF(3, 4);

/* foreign_match.c: fills applied. AET_EINVAL where a file cannot be read. */
aet_status aet__foreign_match(const aet__migrator *m, const aet__takeover *takeover,
    const aet__foreign *foreign, aet_error *err);

/* replay.c: runs the files that are applied on a private PostgreSQL, and compares
 * what they make with what is there. */
aet_status aet__takeover_replay(
    aet__migrator *m, const aet__takeover *takeover, aet_error *err);

#endif
