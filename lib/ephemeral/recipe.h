/* SPDX-License-Identifier: MIT */
/*
 * What the supervisor is to run, wholly prepared: between fork and exec nothing
 * may be allocated, since the caller may have threads (signal-safety(7)).
 * Adding never fails visibly; who hands the recipe on checks aet__recipe_ok once.
 */
#ifndef AET_EPHEMERAL_RECIPE_H
#define AET_EPHEMERAL_RECIPE_H

#include <stdbool.h>
#include <stddef.h>

#include <aeturnis/export.h>

#include "ephemeral/user.h"

#define AET__RECIPE_STEPS 8
#define AET__STEP_WORDS 64

/* One program. */
typedef struct aet__step {
	char *words[AET__STEP_WORDS]; /* its path and arguments, NULL-terminated */
	size_t count;
	char *input; /* what it reads, below PIPE_BUF bytes; NULL: nothing */
	char *log;   /* where both its outputs go; NULL: nowhere */
	int unlocks; /* a lock to let go once it has succeeded; -1: none */
} aet__step;

typedef struct aet__recipe {
	aet__user user;
	/* Private, made and locked first of all by the supervisor: were it the caller,
	 * it could be killed right after. The cleanup removes it. NULL: none. */
	char *directory;
	char *home; /* the caller's, which the user must be able to enter; NULL: none */
	int lock;   /* a caller's to be held as well; -1: none */
	aet__step steps[AET__RECIPE_STEPS]; /* in turn, as long as each succeeds */
	size_t count;
	aet__step cleanup;    /* runs at the end, whatever happened; no words: nothing */
	bool serves;          /* the last step is a server, which stays */
	bool keeps;           /* its data matters: stop it gently */
	char *environment[5]; /* of every program */
	bool failed;          /* memory or room ran out */
} aet__recipe;

/* Nothing to run yet. */
void aet__recipe_init(aet__recipe *recipe, const aet__user *user);

/* Names the directory, by a copy. */
void aet__recipe_directory(aet__recipe *recipe, const char *path);

/* Names the home, by a copy. */
void aet__recipe_home(aet__recipe *recipe, const char *path);

/* Appends a step that runs this program; borrowed from the recipe. */
aet__step *aet__recipe_step(
    aet__recipe *recipe, const char *directory, const char *program);

/* The same for the step that cleans up. */
aet__step *aet__recipe_cleanup(
    aet__recipe *recipe, const char *directory, const char *program);

void aet__recipe_word(aet__recipe *recipe, aet__step *step, const char *format, ...)
    AET_PRINTF(3, 4);

/* Several fixed words at once: a NULL-terminated array. */
void aet__recipe_words(aet__recipe *recipe, aet__step *step, const char *const *words);

/* Sets step's input, which the recipe takes over and frees; NULL is failure. */
void aet__recipe_input(aet__recipe *recipe, aet__step *step, char *input);

/* Has step's output go to directory/name. */
void aet__recipe_log(
    aet__recipe *recipe, aet__step *step, const char *directory, const char *name);

bool aet__recipe_ok(const aet__recipe *recipe);

void aet__recipe_free(aet__recipe *recipe);

#endif
