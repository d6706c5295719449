/* SPDX-License-Identifier: MIT */
#include "pg/statement_cache.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "pg/args.h"

/* A longer chain is no trouble; an array for an absurd limit would be. */
#define BUCKETS_MAX 4096

bool
aet__statement_cache_init(aet__statement_cache *cache, size_t limit)
{
	*cache = (aet__statement_cache){ .limit = limit, .bucket_count = 16 };
	while (cache->bucket_count < limit && cache->bucket_count < BUCKETS_MAX)
		cache->bucket_count *= 2;
	cache->buckets = aet__memory_array(cache->bucket_count, sizeof(aet__prepared *));
	return cache->buckets != NULL;
}

void
aet__statement_cache_free(aet__statement_cache *cache)
{
	while (cache->newest != NULL)
		aet__statement_cache_remove(cache, cache->newest);
	free(cache->buckets);
	*cache = (aet__statement_cache){ 0 };
}

/* Fixed statements differ by address alone, the others by what is given too. */
static uint64_t
key_hash(const aet_statement *statement, const aet_args *args)
{
	uint64_t hash =
	    ((uintptr_t)statement + args->choice) * UINT64_C(0x9E3779B97F4A7C15);

	if (statement->kind != AET_STATEMENT_FIXED)
		for (size_t i = 0; i < args->count; i++)
			hash = (hash ^ aet__args_is_given(args, i)) *
			       UINT64_C(0x100000001B3);
	return hash ^ (hash >> 32);
}

static bool
same_given(const aet__prepared *prepared, const aet_args *args)
{
	if (prepared->statement->kind == AET_STATEMENT_FIXED)
		return true;
	if (prepared->given_count != args->count || prepared->choice != args->choice)
		return false;
	for (size_t i = 0; i < args->count; i++)
		if (prepared->given[i] != aet__args_is_given(args, i))
			return false;
	return true;
}

/* A fixed statement's text is its sql; an insert's or update's begins with it. */
static bool
same_text(const aet__prepared *prepared, const aet_statement *statement)
{
	if (statement->kind == AET_STATEMENT_FIXED)
		return strcmp(prepared->sql, statement->sql) == 0;
	return strncmp(prepared->sql, statement->sql, strlen(statement->sql)) == 0 ||
	       (statement->otherwise != NULL &&
		   strcmp(prepared->sql, statement->otherwise) == 0);
}

static void
unlink_order(aet__statement_cache *cache, aet__prepared *prepared)
{
	if (prepared->newer != NULL)
		prepared->newer->older = prepared->older;
	else
		cache->newest = prepared->older;
	if (prepared->older != NULL)
		prepared->older->newer = prepared->newer;
	else
		cache->oldest = prepared->newer;
}

static void
link_newest(aet__statement_cache *cache, aet__prepared *prepared)
{
	prepared->newer = NULL;
	prepared->older = cache->newest;
	if (cache->newest != NULL)
		cache->newest->newer = prepared;
	cache->newest = prepared;
	if (cache->oldest == NULL)
		cache->oldest = prepared;
}

aet__prepared *
aet__statement_cache_find(
    aet__statement_cache *cache, const aet_statement *statement, const aet_args *args)
{
	uint64_t hash = key_hash(statement, args);
	aet__prepared *entry = cache->buckets[hash & (cache->bucket_count - 1)];

	for (; entry != NULL; entry = entry->bucket_next)
		if (entry->hash == hash && entry->statement == statement &&
		    same_given(entry, args) && same_text(entry, statement))
			break;
	if (entry != NULL && entry != cache->newest) {
		unlink_order(cache, entry);
		link_newest(cache, entry);
	}
	return entry;
}

aet__prepared *
aet__prepared_new(
    aet__statement_cache *cache, const aet_statement *statement, const aet_args *args)
{
	aet__prepared *prepared = aet__memory_array(1, sizeof(*prepared));

	if (prepared == NULL)
		return NULL;
	prepared->statement = statement;
	prepared->hash = key_hash(statement, args);
	prepared->given = aet__memory_array(args->count, 1);
	prepared->types = aet__memory_array(args->count, sizeof(uint32_t));
	prepared->elements = aet__memory_array(args->count, sizeof(uint32_t));
	if (prepared->given == NULL || prepared->types == NULL ||
	    prepared->elements == NULL) {
		aet__prepared_free(prepared);
		return NULL;
	}
	prepared->given_count = args->count;
	prepared->choice = args->choice;
	for (size_t i = 0; i < args->count; i++)
		prepared->given[i] = aet__args_is_given(args, i);
	snprintf(prepared->name, sizeof(prepared->name), "aet_%" PRIu64, ++cache->made);
	return prepared;
}

void
aet__prepared_free(aet__prepared *prepared)
{
	if (prepared == NULL)
		return;
	free(prepared->sql);
	free(prepared->given);
	free(prepared->types);
	free(prepared->elements);
	free(prepared);
}

void
aet__statement_cache_add(aet__statement_cache *cache, aet__prepared *prepared)
{
	aet__prepared **bucket =
	    &cache->buckets[prepared->hash & (cache->bucket_count - 1)];

	prepared->bucket_next = *bucket;
	*bucket = prepared;
	link_newest(cache, prepared);
	cache->count++;
}

aet__prepared *
aet__statement_cache_surplus(aet__statement_cache *cache)
{
	return cache->count >= cache->limit ? cache->oldest : NULL;
}

void
aet__statement_cache_remove(aet__statement_cache *cache, aet__prepared *prepared)
{
	aet__prepared **at = &cache->buckets[prepared->hash & (cache->bucket_count - 1)];

	while (*at != prepared)
		at = &(*at)->bucket_next;
	*at = prepared->bucket_next;
	unlink_order(cache, prepared);
	cache->count--;
	aet__prepared_free(prepared);
}
