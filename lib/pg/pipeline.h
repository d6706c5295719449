/* SPDX-License-Identifier: MIT */
/*
 * Commands in libpq's pipeline mode, all or none: no Sync is sent until the end,
 * which makes them one implicit transaction (manual, "Pipeline Mode"). They are
 * sent in windows: what has been answered is read before more is sent, so that
 * neither side's buffers grow with their number.
 */
#ifndef AET_PG_PIPELINE_H
#define AET_PG_PIPELINE_H

#include "pg/private.h"

typedef struct aet__pipeline {
	aet__connection *connection;
	aet__deadline deadline;
	size_t count; /* of units */
	size_t window;
	/* Queues one unit's command. A failure on this side must not let the Sync
	 * commit what was sent before: it marks the connection as broken. */
	aet_status (*send)(struct aet__pipeline *run, size_t unit, aet_error *err);
	void *source; /* send's */
	aet__result **results;
	bool writes; /* of its own, which the Sync commits */
	aet__operation operation;

	/* aet__pipeline_run's. */
	size_t sent;
	size_t read;
	size_t failed_at; /* the unit; SIZE_MAX: none in particular */
	bool closed;      /* the Sync is queued: no unit follows */
} aet__pipeline;

/* Runs all; on success each unit's result is in its place, on failure none is. */
aet_status aet__pipeline_run(aet__pipeline *run, aet_error *err);

#endif
