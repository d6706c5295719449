/* SPDX-License-Identifier: MIT */
/* What every example needs and none is about: opening, and dying with words. */
#ifndef EXAMPLE_H
#define EXAMPLE_H

#include <stdio.h>
#include <stdlib.h>

#include <aeturnis/db.h>

/* Says what failed and why, and ends the program. */
static inline void
die(const char *what, const aet_error *err)
{
	fprintf(stderr, "%s: %s: %s\n", what, aet_status_name(err->status), err->message);
	exit(EXIT_FAILURE);
}

/* A pool on DATABASE_URL, from the environment or .env. */
static inline aet_db *
open_database(void)
{
	aet_error err = { 0 };
	aet_db *db = NULL;

	if (aet_db_open(NULL, &db, &err) != AET_OK)
		die("open", &err);
	return db;
}

#endif
