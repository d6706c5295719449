/* SPDX-License-Identifier: MIT */
/*
 * One database of a server that lets its role make no others: whatever a plan is
 * made of and tried on is loaded into it in turn. It must be empty, and is again
 * afterwards, also on failure and when the process is interrupted.
 */
#ifndef AET_DB_DIFF_SINGLE_H
#define AET_DB_DIFF_SINGLE_H

#include "diff/prepare.h"

/* Does what diff_prepare and diff_prepare_copy do. AET_EINVAL: it is not empty;
 * AET_EBUSY: another aet-db has it. */
aet_status diff_single_prepare(
    diff_prepared *work, codegen_memory *memory, aet_error *err);

/* Leaves it as it was. Where nothing was done to it, nothing is. */
aet_status diff_single_empty(
    diff_scratch *scratch, codegen_memory *memory, aet_error *err);

/* The same without what is under way; nothing that fails here is told. */
void diff_single_abandon(diff_scratch *scratch);

#endif
