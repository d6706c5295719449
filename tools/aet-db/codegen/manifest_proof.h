/* SPDX-License-Identifier: MIT */
/* A manifest held against a database (catalog/manifest.h), NULLs included, by the
 * generator's own proof. */
#ifndef AET_DB_CODEGEN_MANIFEST_PROOF_H
#define AET_DB_CODEGEN_MANIFEST_PROOF_H

#include "catalog/manifest.h"
#include "memory.h"

/*
 * Opens a connection of its own to url.
 *
 *   report  wholly overwritten: aet__manifest_report_free(), on failure too
 */
aet_status codegen_manifest_check(codegen_memory *memory, const char *text, size_t len,
    const char *url, aet__deadline deadline, aet__manifest_report *report,
    aet_error *err);

#endif
