/* SPDX-License-Identifier: MIT */
#include "ephemeral/recipe.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

static void
step_init(aet__step *step)
{
	*step = (aet__step){ .unlocks = -1 };
}

/* Only what the programs need: PGOPTIONS and its like would change what
 * the server does, and TZ and the locale what initdb writes. */
static void
recipe_environment(aet__recipe *recipe)
{
	const char *libraries = getenv("LD_LIBRARY_PATH");
	char *entry = NULL;

	recipe->environment[0] = aet__memory_text("PATH=/usr/local/bin:/usr/bin:/bin");
	recipe->environment[1] = aet__memory_text("LC_ALL=C");
	recipe->environment[2] = aet__memory_text("TZ=UTC");
	for (size_t i = 0; i < 3; i++)
		recipe->failed |= recipe->environment[i] == NULL;
	if (libraries == NULL)
		return;
	if (asprintf(&entry, "LD_LIBRARY_PATH=%s", libraries) < 0)
		recipe->failed = true;
	else
		recipe->environment[3] = entry;
}

void
aet__recipe_init(aet__recipe *recipe, const aet__user *user)
{
	memset(recipe, 0, sizeof(*recipe));
	recipe->user = *user;
	step_init(&recipe->cleanup);
	recipe->lock = -1;
	recipe_environment(recipe);
}

void
aet__recipe_directory(aet__recipe *recipe, const char *path)
{
	free(recipe->directory);
	recipe->directory = aet__memory_text(path);
	recipe->failed |= recipe->directory == NULL;
}

void
aet__recipe_home(aet__recipe *recipe, const char *path)
{
	free(recipe->home);
	recipe->home = aet__memory_text(path);
	recipe->failed |= recipe->home == NULL;
}

aet__step *
aet__recipe_step(aet__recipe *recipe, const char *directory, const char *program)
{
	aet__step *step;

	if (recipe->count == AET__RECIPE_STEPS) {
		recipe->failed = true;
		return &recipe->steps[AET__RECIPE_STEPS - 1];
	}
	step = &recipe->steps[recipe->count++];
	step_init(step);
	aet__recipe_word(recipe, step, "%s/%s", directory, program);
	return step;
}

aet__step *
aet__recipe_cleanup(aet__recipe *recipe, const char *directory, const char *program)
{
	aet__recipe_word(recipe, &recipe->cleanup, "%s/%s", directory, program);
	return &recipe->cleanup;
}

void
aet__recipe_word(aet__recipe *recipe, aet__step *step, const char *format, ...)
{
	va_list args;
	char *word = NULL;
	int len;

	va_start(args, format);
	len = vasprintf(&word, format, args);
	va_end(args);
	if (len < 0) {
		recipe->failed = true;
	} else if (step->count + 1 >= AET__STEP_WORDS) {
		free(word);
		recipe->failed = true;
	} else {
		step->words[step->count++] = word;
	}
}

void
aet__recipe_words(aet__recipe *recipe, aet__step *step, const char *const *words)
{
	for (; *words != NULL; words++)
		aet__recipe_word(recipe, step, "%s", *words);
}

void
aet__recipe_input(aet__recipe *recipe, aet__step *step, char *input)
{
	if (input == NULL || strlen(input) >= PIPE_BUF || step->input != NULL) {
		free(input);
		recipe->failed = true;
		return;
	}
	step->input = input;
}

void
aet__recipe_log(
    aet__recipe *recipe, aet__step *step, const char *directory, const char *name)
{
	free(step->log);
	if (asprintf(&step->log, "%s/%s", directory, name) < 0) {
		step->log = NULL;
		recipe->failed = true;
	}
}

bool
aet__recipe_ok(const aet__recipe *recipe)
{
	return !recipe->failed;
}

static void
step_free(aet__step *step)
{
	for (size_t i = 0; i < step->count; i++)
		free(step->words[i]);
	free(step->input);
	free(step->log);
	step_init(step);
}

void
aet__recipe_free(aet__recipe *recipe)
{
	for (size_t i = 0; i < recipe->count; i++)
		step_free(&recipe->steps[i]);
	step_free(&recipe->cleanup);
	free(recipe->directory);
	recipe->directory = NULL;
	free(recipe->home);
	recipe->home = NULL;
	for (size_t i = 0;
	     i < sizeof(recipe->environment) / sizeof(recipe->environment[0]); i++) {
		free(recipe->environment[i]);
		recipe->environment[i] = NULL;
	}
	recipe->count = 0;
}
