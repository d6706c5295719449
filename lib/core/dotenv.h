/* SPDX-License-Identifier: MIT */
/*
 * The grammar of a .env file (<aeturnis/environment.h> has it), without the
 * file: text in, names and values out.
 */
#ifndef AET_CORE_DOTENV_H
#define AET_CORE_DOTENV_H

#include <stddef.h>

#include <aeturnis/error.h>

typedef struct aet__dotenv_entry {
	char *name;
	char *value;
} aet__dotenv_entry;

typedef struct aet__dotenv {
	aet__dotenv_entry *entries;
	size_t count;
	size_t capacity;
} aet__dotenv;

/*
 * Appends what text says to *out, which the caller frees in either case.
 * file is a name for messages, which end up as "file:line: what is wrong" and
 * never hold a value. Fails with AET_EINVAL, AET_ENOMEM.
 */
aet_status aet__dotenv_parse(
    const char *file, const char *text, size_t len, aet__dotenv *out, aet_error *err);

/* A name's value, the last one where it is there twice; NULL if it is not. */
const char *aet__dotenv_get(const aet__dotenv *dotenv, const char *name);

/* Overwrites every value with zeros, and keeps everything. */
void aet__dotenv_wipe(aet__dotenv *dotenv);

/* Wipes and frees. */
void aet__dotenv_free(aet__dotenv *dotenv);

#endif
