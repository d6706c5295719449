/* SPDX-License-Identifier: MIT */
/*
 * Which statements a connection has prepared, and under what name: bounded,
 * the least recently used goes first. The key is the statement's address, the
 * set of parameters that were given and the choice that was made; its text is compared as well, since
 * a game that reloads a plug-in may find another statement at that address.
 */
#ifndef AET_PG_STATEMENT_CACHE_H
#define AET_PG_STATEMENT_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <aeturnis/statement.h>

#define AET__STATEMENT_NAME_SIZE 32

typedef struct aet__prepared {
	struct aet__prepared *bucket_next;
	struct aet__prepared *newer;
	struct aet__prepared *older;
	const aet_statement *statement;
	uint64_t hash;
	char name[AET__STATEMENT_NAME_SIZE]; /* on the server */
	char *sql;
	uint8_t *given; /* one byte a parameter: was it given a value? */
	size_t given_count;
	uint32_t choice;
	uint32_t *types; /* resolved parameter oids; those given only */
	size_t type_count;
	uint32_t *elements; /* the types, where types are of arrays of them */
	bool checked;       /* its answer has the columns that are expected */
	uint64_t batch;     /* the last pipeline that uses it */
} aet__prepared;

typedef struct aet__statement_cache {
	aet__prepared **buckets;
	size_t bucket_count; /* a power of two */
	size_t count;
	size_t limit;
	uint64_t made;    /* for the next name */
	uint64_t batches; /* for the next pipeline */
	aet__prepared *newest;
	aet__prepared *oldest;
} aet__statement_cache;

/* false when memory is out. */
bool aet__statement_cache_init(aet__statement_cache *cache, size_t limit);
void aet__statement_cache_free(aet__statement_cache *cache);

/* NULL if not there; moves what it finds to the front. */
aet__prepared *aet__statement_cache_find(
    aet__statement_cache *cache, const aet_statement *statement, const aet_args *args);

/*
 * An entry, not yet in the cache, with the name that it will have on the
 * server. NULL when memory is out.
 */
aet__prepared *aet__prepared_new(
    aet__statement_cache *cache, const aet_statement *statement, const aet_args *args);
void aet__prepared_free(aet__prepared *prepared);

/* Puts it in front; the cache owns it. */
void aet__statement_cache_add(aet__statement_cache *cache, aet__prepared *prepared);

/* The entry that must go before another is added, or NULL. Still in the cache. */
aet__prepared *aet__statement_cache_surplus(aet__statement_cache *cache);

/* Takes it out and frees it. */
void aet__statement_cache_remove(aet__statement_cache *cache, aet__prepared *prepared);

#endif
