/* SPDX-License-Identifier: MIT */
/* A whole small file, read with a bound. */
#ifndef AET_CORE_FILE_H
#define AET_CORE_FILE_H

#include <stddef.h>

#include <aeturnis/error.h>

/*
 * Reads a regular file of at most limit bytes.
 *
 *   text  owned: free(); NUL-terminated. Nothing else keeps a copy, so that a
 *         caller who reads a secret can wipe it
 *   len   without the NUL
 *
 * Fails with AET_ENOTFOUND (no such file), AET_EINVAL (not a regular file, too
 * large, not readable), AET_ENOMEM; messages name the file.
 */
aet_status aet__file_read(
    const char *path, size_t limit, char **text, size_t *len, aet_error *err);

#endif
