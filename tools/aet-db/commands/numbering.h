/* SPDX-License-Identifier: MIT */
/* Names for new migrations: what new and generate share. */
#ifndef AET_DB_COMMANDS_NUMBERING_H
#define AET_DB_COMMANDS_NUMBERING_H

#include <stdbool.h>
#include <stdint.h>

#define SLUG_SIZE 101
#define DEFAULT_DIR "migrations"

/* Lower-case letters and digits, everything between them one underscore. False
 * where none is left, or too many. */
bool numbering_slug(const char *name, char slug[SLUG_SIZE]);

typedef struct numbering {
	int64_t next;
	int width; /* digits, as the folder's newest file has them */
} numbering;

/*
 * The number after the folder's highest; in a folder of timestamps, the time
 * now. False with errno: it cannot be read, or there is no next number.
 */
bool numbering_read(int folder, numbering *out);

#endif
