/* SPDX-License-Identifier: MIT */
/* How a data directory comes about: as steps of a recipe, which ends with the
 * server on it. */
#ifndef AET_EPHEMERAL_CLUSTER_H
#define AET_EPHEMERAL_CLUSTER_H

#include <stdbool.h>

#include "ephemeral/cache.h"
#include "ephemeral/recipe.h"

#define AET__CLUSTER_SUPERUSER "postgres"
#define AET__CLUSTER_DATABASE "aeturnis" /* the one that every template has */

typedef struct aet__cluster {
	const char *bindir;
	const char *run;         /* throw-away: the socket, the logs, the data */
	const char *kept;        /* NULL, or where data is kept */
	const char *database;    /* made if absent */
	const aet__cache *cache; /* of throw-away data */
} aet__cluster;

/* Whether a kept directory has data already; AET_EINVAL when it holds
 * something else. */
aet_status aet__cluster_exists(const char *kept, bool *out, aet_error *err);

/* Fills recipe; exists is for kept data. */
void aet__cluster_recipe(const aet__cluster *cluster, bool exists, aet__recipe *recipe);

#endif
