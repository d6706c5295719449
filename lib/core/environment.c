/* SPDX-License-Identifier: MIT */
#include <aeturnis/environment.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/dotenv.h"
#include "core/error.h"
#include "core/file.h"
#include "core/memory.h"

#define ENVIRONMENT_NAME "AETURNIS_ENV"
#define FILE_LIMIT ((size_t)1024 * 1024)
#define FILES_MAX 4
/* The longest name of an environment: ".env.", it, ".local" is a file's name. */
#define NAME_MAX_LEN 64

typedef struct source {
	char *name;
	aet__dotenv values;
} source;

struct aet_environment {
	source files[FILES_MAX]; /* the first that has a name wins */
	size_t count;
};

static aet_status
parse_source(
    const char *file, const char *text, size_t len, aet_environment *env, aet_error *err)
{
	source *added = &env->files[env->count];

	added->name = aet__memory_text(file);
	if (added->name == NULL)
		return aet__error_memory(err);
	env->count++;
	return aet__dotenv_parse(added->name, text, len, &added->values, err);
}

static aet_status
add_file(const char *file, aet_environment *env, aet_error *err)
{
	aet_status status;
	char *text;
	size_t len;

	status = aet__file_read(file, FILE_LIMIT, &text, &len, err);
	if (status != AET_OK)
		return status;
	status = parse_source(file, text, len, env, err);
	aet__memory_wipe(text, len);
	free(text);
	return status;
}

/* One of those that need not exist. */
static aet_status
add_optional(const char *file, aet_environment *env, aet_error *err)
{
	aet_error failure;
	aet_status status = add_file(file, env, &failure);

	if (status == AET_ENOTFOUND)
		return AET_OK;
	if (status != AET_OK && err != NULL)
		*err = failure;
	return status;
}

/* The name becomes part of a file's name. */
static bool
is_plain_name(const char *name)
{
	return strnlen(name, NAME_MAX_LEN + 1) <= NAME_MAX_LEN &&
	       name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "0123456789_-")] == '\0';
}

static aet_status
add_named(const char *name, aet_environment *env, aet_error *err)
{
	char file[NAME_MAX_LEN + sizeof(".env..local")];
	aet_status status;

	if (!is_plain_name(name))
		return aet_error_set(err, AET_EINVAL,
		    ENVIRONMENT_NAME
		    " may hold up to %d letters, digits, \"-\" and \"_\"",
		    NAME_MAX_LEN);
	snprintf(file, sizeof(file), ".env.%s.local", name);
	status = add_optional(file, env, err);
	if (status != AET_OK)
		return status;
	snprintf(file, sizeof(file), ".env.%s", name);
	return add_optional(file, env, err);
}

static aet_status
add_usual(aet_environment *env, aet_error *err)
{
	const char *name = getenv(ENVIRONMENT_NAME);
	aet_status status = AET_OK;

	if (name == NULL)
		name = "";
	if (*name != '\0')
		status = add_named(name, env, err);
	/* A test means the same on every machine. */
	if (status == AET_OK && !aet__ascii_same(name, "test"))
		status = add_optional(".env.local", env, err);
	if (status == AET_OK)
		status = add_optional(".env", env, err);
	return status;
}

/* A file that was asked for and is not there is the caller's mistake. */
static aet_status
add_required(const char *file, aet_environment *env, aet_error *err)
{
	aet_status status = add_file(file, env, err);

	if (status == AET_ENOTFOUND)
		return aet_error_set(
		    err, AET_EINVAL, "the environment file \"%s\" does not exist", file);
	return status;
}

aet_status
aet_environment_load(const char *file, aet_environment **out, aet_error *err)
{
	aet_environment *env = aet__memory_array(1, sizeof(*env));
	aet_status status;

	if (env == NULL)
		return aet__error_memory(err);
	status = file != NULL ? add_required(file, env, err) : add_usual(env, err);
	if (status != AET_OK) {
		aet_environment_free(env);
		return status;
	}
	*out = env;
	return AET_OK;
}

/* Finds a setting and says where; an empty one hides those behind it, and is
 * none itself. */
static const char *
lookup(const aet_environment *env, const char *name, const char **origin)
{
	const char *value = name != NULL ? getenv(name) : NULL;

	*origin = "environment";
	if (value != NULL && *value != '\0')
		return value;
	value = NULL;
	for (size_t i = 0; env != NULL && name != NULL && value == NULL && i < env->count;
	     i++) {
		*origin = env->files[i].name;
		value = aet__dotenv_get(&env->files[i].values, name);
	}
	if (value != NULL && *value != '\0')
		return value;
	*origin = NULL;
	return NULL;
}

const char *
aet_environment_get(const aet_environment *env, const char *name)
{
	const char *origin;

	return lookup(env, name, &origin);
}

const char *
aet_environment_origin(const aet_environment *env, const char *name)
{
	const char *origin;

	lookup(env, name, &origin);
	return origin;
}

bool
aet_environment_is_production(const aet_environment *env)
{
	const char *name = aet_environment_get(env, ENVIRONMENT_NAME);

	return name != NULL && aet__ascii_same(name, "production");
}

void
aet_environment_free(aet_environment *env)
{
	if (env == NULL)
		return;
	for (size_t i = 0; i < env->count; i++) {
		aet__dotenv_free(&env->files[i].values);
		free(env->files[i].name);
	}
	free(env);
}
