/* SPDX-License-Identifier: MIT */
/*
 * The comments by which other tools part what a file does from what takes it back.
 * A folder that was theirs can so go on as it is, and what takes back never runs
 * because nobody here knew the comment.
 */
#ifndef AET_MIGRATE_SECTIONS_H
#define AET_MIGRATE_SECTIONS_H

#include <stddef.h>

typedef enum aet__section {
	AET__SECTION_NONE = 0, /* any other comment */
	AET__SECTION_UP,
	AET__SECTION_UP_ALONE,      /* and what follows must not run in a transaction */
	AET__SECTION_ALONE,         /* as much, for the file */
	AET__SECTION_DOWN,          /* all up to the next UP takes back */
	AET__SECTION_DOWN_AFTER_UP, /* as much after an UP; elsewhere these are words
					that anybody may write */
	AET__SECTION_STATEMENT_END  /* what stands before it is a whole statement */
} aet__section;

/* What a comment, from its dashes on, begins. */
aet__section aet__section_read(const char *comment, size_t len);

#endif
