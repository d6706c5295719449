/* SPDX-License-Identifier: MIT */
#include "pg/block.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <aeturnis/statement.h>

#define ALIGNMENT 8
#define CHUNK_SIZE 4096

typedef struct chunk {
	struct chunk *next;
	size_t used;
	size_t size;
	alignas(16) char data[];
} chunk;

typedef struct block_head {
	chunk *more;
	aet__result *result;
	char *free_at; /* the room behind the body */
	char *end;
	alignas(16) char body[];
} block_head;

static size_t
aligned(size_t size)
{
	return (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

static block_head *
head_of(void *body)
{
	return (block_head *)(void *)((char *)body - offsetof(block_head, body));
}

void *
aet__block_new(size_t size, size_t room)
{
	block_head *head;

	if (size > SIZE_MAX / 4 || room > SIZE_MAX / 4)
		return NULL;
	size = aligned(size);
	room = aligned(room);
	head = malloc(sizeof(*head) + size + room);
	if (head == NULL)
		return NULL;
	head->more = NULL;
	head->result = NULL;
	head->free_at = head->body + size;
	head->end = head->free_at + room;
	memset(head->body, 0, size);
	return head->body;
}

/* A chunk of its own for what is large, else one to share. */
static void *
chunk_room(block_head *head, size_t size)
{
	size_t capacity = size > CHUNK_SIZE / 4 ? size : CHUNK_SIZE;
	chunk *more = head->more;

	if (more == NULL || more->size - more->used < size) {
		more = malloc(sizeof(*more) + capacity);
		if (more == NULL)
			return NULL;
		more->used = 0;
		more->size = capacity;
		more->next = head->more;
		head->more = more;
	}
	more->used += size;
	return more->data + more->used - size;
}

void *
aet__block_take(void *body, size_t size)
{
	block_head *head = head_of(body);
	void *at = head->free_at;

	if (size > SIZE_MAX / 4)
		return NULL;
	size = aligned(size);
	if ((size_t)(head->end - head->free_at) < size)
		return chunk_room(head, size);
	head->free_at += size;
	return at;
}

void *
aet__block_room(void *body, size_t size)
{
	void *at = aet__block_take(body, size);

	return at != NULL ? memset(at, 0, size) : NULL;
}

void
aet__block_keep(void *body, aet__result *result)
{
	head_of(body)->result = result;
}

void
aet_block_free(void *row_or_list)
{
	block_head *head;
	chunk *next;

	if (row_or_list == NULL)
		return;
	head = head_of(row_or_list);
	for (chunk *more = head->more; more != NULL; more = next) {
		next = more->next;
		free(more);
	}
	aet__result_free(head->result);
	free(head);
}
