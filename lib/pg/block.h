/* SPDX-License-Identifier: MIT */
/*
 * The memory of a row or a list: a head, the struct that the caller sees, and
 * what its pointers lead to. Room that did not fit hangs on the head in
 * further chunks; a list may keep the PGresult that its text lies in.
 */
#ifndef AET_PG_BLOCK_H
#define AET_PG_BLOCK_H

#include <stddef.h>

#include "pg/result.h"

/* A block whose body has size zeroed bytes, with room bytes behind it. NULL
 * when memory is out. */
void *aet__block_new(size_t size, size_t room);

/* 8-byte aligned room in the block of body, as it is or zeroed; NULL when
 * memory is out. */
void *aet__block_take(void *body, size_t size);
void *aet__block_room(void *body, size_t size);

/* The block frees result with itself. */
void aet__block_keep(void *body, aet__result *result);

#endif
