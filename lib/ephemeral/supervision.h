/* SPDX-License-Identifier: MIT */
/*
 * A small process that runs a recipe and outlives the caller just long enough to
 * undo it. It is no child of the caller's, whose SIGCHLD and wait calls see
 * nothing of it. The two share a socket: a byte from the caller, or its end,
 * stops what runs; reports come back, and the socket's end says that all is gone.
 *
 * A socket and not a pipe, so that writing to a supervisor that was killed
 * cannot raise SIGPIPE in the caller.
 */
#ifndef AET_EPHEMERAL_SUPERVISION_H
#define AET_EPHEMERAL_SUPERVISION_H

#include <stdint.h>

#include <aeturnis/error.h>

#include "ephemeral/recipe.h"

typedef enum aet__report_kind {
	AET__REPORT_NOTHING = 0, /* none came in that time */
	AET__REPORT_DONE,        /* every step succeeded, and the recipe serves nothing */
	AET__REPORT_ENDED,       /* a step failed, or the server ended by itself */
	AET__REPORT_FORBIDDEN,   /* it could not become the recipe's user */
	AET__REPORT_HOMELESS,    /* it could not make the recipe's directory */
	AET__REPORT_SHUT_OUT,    /* the recipe's user may not enter a folder above home */
	AET__REPORT_GONE         /* there is no supervisor any more */
} aet__report_kind;

typedef struct aet__report {
	int32_t kind;
	int32_t step;   /* of AET__REPORT_ENDED; of AET__REPORT_SHUT_OUT, the length of
			   home's beginning that names the folder */
	int32_t status; /* its wait status; of the others, errno */
} aet__report;

/*
 * Starts one. recipe is borrowed for the call; its lock stays the caller's to
 * close, and stays held until the supervisor and all that it ran are gone.
 *
 *   out  owned: aet__supervision_stop()
 */
aet_status aet__supervision_start(const aet__recipe *recipe, int *out, aet_error *err);

/* The next report, waited for no longer than until the deadline. */
aet__report aet__supervision_wait(int supervisor, int64_t deadline);

/* Has everything stopped and cleaned up, waits until it is, closes. */
void aet__supervision_stop(int *supervisor);

/* A descriptor above 0, 1 and 2 in fd's place, since those are redirected in
 * what a recipe runs; -1 on failure, and then fd is closed. */
int aet__descriptor_raise(int fd);

#endif
