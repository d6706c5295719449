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
 * Fails with AET_EINVAL (text is NULL), AET_EDATA (not JSON, or a number that
 * jansson could not hold without losing digits: an integer beyond 64 bits, a
 * real that a double prints otherwise; read the text instead), AET_ENOMEM.
 * Thread-safe; does not block.
 */
AET_API AET_MUST_USE aet_status aet_json_to_tree(
    aet_json json, struct json_t **out, aet_error *err);

/*
 * Prints a tree compactly.
 *
 *   tree  borrowed for the call
 *   out   owned: aet_json_text_free(). Untouched on failure
 *
 * Fails with AET_EINVAL (tree is NULL) and AET_ENOMEM. Thread-safe as long as
 * nobody changes the tree; does not block.
 */
AET_API AET_MUST_USE aet_status aet_json_from_tree(
    const struct json_t *tree, char **out, aet_error *err);

/* Frees what aet_json_from_tree gave; NULL is nothing. */
AET_API void aet_json_text_free(char *text);

AET_END_DECLS

#endif
