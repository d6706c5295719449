/* SPDX-License-Identifier: MIT */
/*
 * Where settings come from: the process environment, which wins, then .env
 * files. Nothing is expanded, nothing is executed, the process environment is
 * never written to.
 */
#ifndef AETURNIS_ENVIRONMENT_H
#define AETURNIS_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>

#include <aeturnis/error.h>

AET_BEGIN_DECLS

typedef struct aet_environment aet_environment;

/*
 * Reads the settings.
 *
 *   file  a .env file, which must exist; NULL: those of the current directory
 *         that exist, the first that has a name wins:
 *         .env.<AETURNIS_ENV>.local, .env.<AETURNIS_ENV>, .env.local, .env
 *         (where AETURNIS_ENV is not set, just the last two; where it is
 *         "test", .env.local is left out)
 *   out   owned: aet_environment_free(). Untouched on failure
 *
 * Grammar: NAME=value lines; `export ` before the name; # comments; CRLF; a
 * byte-order mark; 'single' quotes verbatim; "double" quotes with \n \r \t \\
 * \" \$; either may span lines, and a CRLF inside is read as LF; an unquoted
 * value ends at the line's end or at a # after white space, and is trimmed. Of
 * a name that a file has twice, the last counts. A file is a regular one of at
 * most 1 MiB. Fails with AET_EINVAL (file:line in the message, never the
 * value), AET_ENOMEM. Reads files; thread-safe as long as nobody calls setenv(3).
 */
AET_API AET_MUST_USE aet_status aet_environment_load(
    const char *file, aet_environment **out, aet_error *err);

/*
 * A setting: the process environment's if it is set there and not empty, else
 * that of the first file that has the name. NULL if none has it, or if that
 * file's value is empty: "NAME=" turns off what the files behind it say.
 * Borrowed until env is freed. A NULL env is the process environment alone.
 * Thread-safe as long as nobody calls setenv(3).
 */
AET_API const char *aet_environment_get(const aet_environment *env, const char *name);

/* Where aet_environment_get found it: "environment", a file's name, or NULL.
 * Borrowed as above. */
AET_API const char *aet_environment_origin(const aet_environment *env, const char *name);

/* Whether AETURNIS_ENV says "production" (any case). */
AET_API bool aet_environment_is_production(const aet_environment *env);

/* NULL is nothing. Values are wiped: they may hold passwords. */
AET_API void aet_environment_free(aet_environment *env);

/*
 * A connection string as it may be shown: the password, in a URI or in a
 * keyword string, replaced by "***"; so too sslpassword.
 *
 *   out  owned: free(). Untouched on failure
 *
 * A string that libpq could not read, or whose database name is a connection
 * string of its own, becomes "(unreadable)". Fails with
 * AET_EINVAL (url is NULL), AET_ENOMEM. Thread-safe; does not block.
 */
AET_API AET_MUST_USE aet_status aet_url_redact(
    const char *url, char **out, aet_error *err);

AET_END_DECLS

#endif
