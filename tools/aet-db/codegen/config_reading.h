/* SPDX-License-Identifier: MIT */
/* How values of aet-db.json are read: what is wrong is said with the value's path,
 * and where it stands. */
#ifndef AET_DB_CODEGEN_CONFIG_READING_H
#define AET_DB_CODEGEN_CONFIG_READING_H

#include <jansson.h>

#include "config.h"

typedef struct codegen_reading {
	codegen_memory *memory;
	codegen_messages *messages;
	const codegen_source *file;
} codegen_reading;

/* The byte of text at which the value of a path begins, "packages[0].tables["a.b"]",
 * or its member's name where key is given (json_place.c); SIZE_MAX: it is not there.
 * text is JSON. */
size_t codegen_json_place(const char *text, const char *path, const char *key);

bool codegen_read_is_object(codegen_reading *in, const char *path, json_t *value);

/* keys is a list with commas, in the order of the reference. */
void codegen_read_keys(
    codegen_reading *in, const char *path, json_t *object, const char *keys);

/* NULL where there is none. */
const char *codegen_read_text(codegen_reading *in, const char *path, json_t *object,
    const char *key, bool required);

/* false where there is none. */
bool codegen_read_flag(
    codegen_reading *in, const char *path, json_t *object, const char *key);

codegen_texts codegen_read_texts(
    codegen_reading *in, const char *path, json_t *object, const char *key);

/* ---- config_overrides.c ---------------------------------------------------- */

void codegen_read_overrides(codegen_reading *in, const char *path, json_t *overrides,
    codegen_package_config *package);

#endif
