/* SPDX-License-Identifier: MIT */
/* What the library's own files need of errors beside <aeturnis/error.h>. */
#ifndef AET_CORE_ERROR_H
#define AET_CORE_ERROR_H

#include <stddef.h>

#include <aeturnis/error.h>

/* The one way to say that memory is out; returns AET_ENOMEM. */
aet_status aet__error_memory(aet_error *err);

/* As aet_error_set, with the SQLSTATE. */
aet_status aet__error_sql(aet_error *err, aet_status status, const char *sqlstate,
    const char *format, ...) AET_PRINTF(4, 5);

/* Copies text into a fixed field, cut on a UTF-8 character's edge. NULL is "". */
void aet__error_copy(char *field, size_t size, const char *text);

#endif
