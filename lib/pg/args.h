/* SPDX-License-Identifier: MIT */
/* The inside of aet_args (<aeturnis/statement.h>). */
#ifndef AET_PG_ARGS_H
#define AET_PG_ARGS_H

#include <stdbool.h>

#include <aeturnis/statement.h>

typedef enum aet__arg_state {
	AET__ARG_UNSET,
	AET__ARG_NULL,
	AET__ARG_SCALAR, /* the value lies in arg->scalar */
	AET__ARG_DATA    /* the value lies at arg->data */
} aet__arg_state;

const aet_arg *aet__args_at(const aet_args *args, size_t index);

/* Whether a value or NULL was given, rather than nothing. */
bool aet__args_is_given(const aet_args *args, size_t index);

/* Their values' bytes, and whether sending them wants somebody to watch the
 * deadline (pg/private.h). */
size_t aet__args_bytes(const aet_args *args);
bool aet__args_are_large(const aet_args *args);

/* A value of size bytes, to be filled; NULL with args failed. */
char *aet__args_data(aet_args *args, size_t size);
void aet__args_refuse(aet_args *args, aet_status status);

/*
 * Bytes that wait for the oid of a type that is known by name: noted, told that
 * the len bytes at from are at to now, handed on with all else that inside
 * owns, and walked through: *at is NULL at first, the result at the end.
 */
void aet__args_note(aet_args *args, char *place, const char *type);
void aet__args_move(aet_args *args, const char *from, size_t len, char *to);
void aet__args_adopt(aet_args *args, aet_args *inside);

/* An array of text with its dimensions (args_nested.c). */
void aet__args_text_array(aet_args *args, const aet_text_array *value);

const char *aet__args_next_note(const aet_args *args, void **at, char **place);

/* AET_OK, or what went wrong while they were filled; also checks their number. */
aet_status aet__args_check(
    const aet_args *args, const aet_statement *statement, aet_error *err);

#endif
