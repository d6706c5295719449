/* SPDX-License-Identifier: MIT */
/*
 * A migration's text as it is hashed and run, piece by piece: a byte-order mark
 * left out, CRLF made LF, so that a checkout on Windows is the same migration.
 * Checked on the way: UTF-8 (RFC 3629), no NUL.
 */
#ifndef AET_MIGRATE_READER_H
#define AET_MIGRATE_READER_H

#include <stdbool.h>
#include <stddef.h>

#include <aeturnis/error.h>

#define AET__READER_CHUNK 16384

typedef struct aet__file_reader {
	const char *file;   /* for messages; borrowed */
	int fd;             /* -1 for a text in memory */
	const char *memory; /* what is left of it; borrowed */
	size_t memory_len;
	bool started;
	bool held_return;        /* a CR that may turn out to be half of a CRLF */
	int line;                /* from 1 */
	int continuations;       /* bytes that the character under way still needs */
	unsigned char low, high; /* what the next of them may be */
	unsigned char raw[AET__READER_CHUNK];
	char text[AET__READER_CHUNK + 1];
} aet__file_reader;

/* Opens a regular file. Fails with AET_EINVAL; success wants
 * aet__file_reader_close. */
aet_status aet__file_reader_open(
    aet__file_reader *reader, const char *path, aet_error *err);

/* Reads from memory instead; file is the name for messages. Closing is
 * harmless. */
void aet__file_reader_memory(
    aet__file_reader *reader, const char *file, const char *text, size_t len);

/* The next piece, borrowed until the next call; *len is 0 at the end. Fails
 * with AET_EINVAL ("file:line: ..."). */
aet_status aet__file_reader_next(
    aet__file_reader *reader, const char **text, size_t *len, aet_error *err);

void aet__file_reader_close(aet__file_reader *reader);

#endif
