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

/* AET_OK, or what went wrong while they were filled; also checks their number. */
aet_status aet__args_check(
    const aet_args *args, const aet_statement *statement, aet_error *err);

#endif
