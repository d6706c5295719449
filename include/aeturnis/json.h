/* SPDX-License-Identifier: MIT */
/*
 * From a json column's text to a jansson tree and back. A header of its own:
 * a program that includes it and calls jansson links jansson itself.
 */
#ifndef AETURNIS_JSON_H
#define AETURNIS_JSON_H

#include <aeturnis/types.h>

AET_BEGIN_DECLS

struct json_t; /* jansson's json_t */

/*
 * Parses a json view into a tree.
 *
 *   json  borrowed for the call; its text must not be NULL
 *   out   owned: json_decref(). Untouched on failure
 *
 * Fails with AET_EINVAL (text is NULL), AET_ENOMEM, and AET_EDATA: not JSON; an
 * object that has a key twice, a key with \u0000, nesting beyond what jansson
 * reads; or a number that a tree would not give back. Those are an integer
 * beyond 64 bits, and a real that is not what the fewest digits print that tell
 * its double from the others: 0.1 passes, 0.10000000000000001 does not. Read
 * the text instead.
 * Thread-safe; does not block.
 */
AET_API AET_MUST_USE aet_status aet_json_to_tree(
    aet_json json, struct json_t **out, aet_error *err);

/*
 * Prints a tree compactly, a real with the fewest digits that read back as the
 * same double: what aet_json_to_tree took comes back with its value.
 *
 *   tree  borrowed for the call
 *   out   owned: aet_json_text_free(). Untouched on failure
 *
 * Fails with AET_EINVAL (tree is NULL, holds itself, or holds text that is not
 * UTF-8) and AET_ENOMEM. Thread-safe as long as
 * nobody changes the tree; does not block.
 */
AET_API AET_MUST_USE aet_status aet_json_from_tree(
    const struct json_t *tree, char **out, aet_error *err);

/* Frees what aet_json_from_tree gave; NULL is nothing. */
AET_API void aet_json_text_free(char *text);

AET_END_DECLS

#endif
