/* SPDX-License-Identifier: MIT */
/* A copy of a database's schema, made by pg_dump: a witness that shares no
 * code with the plan that is tried on it. */
#ifndef AET_DB_DIFF_COPY_H
#define AET_DB_DIFF_COPY_H

#include "core/deadline.h"
#include "diff/dump.h"
#include "diff/source.h"
#include "pg/connection.h"

/* What pg_dump says, to be run where the copy is to be; fails as diff_copy_schema. */
aet_status diff_copy_dump(codegen_memory *memory, const char *bindir, const char *url,
    diff_leave *leave, diff_script *script, aet_error *err);

/* Fails with AET_EINVAL where there is no pg_dump, AET_EDB where it fails. */
aet_status diff_copy_schema(codegen_memory *memory, const char *bindir, const char *url,
    aet__connection *to, diff_leave *leave, aet__deadline deadline, aet_error *err);

#endif
