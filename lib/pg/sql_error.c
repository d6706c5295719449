/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/error.h"
#include "pg/private.h"

#define SQLSTATE_IS(state, literal) (strcmp((state), (literal)) == 0)

static bool
in_class(const char *sqlstate, const char *class)
{
	return strncmp(sqlstate, class, 2) == 0;
}

/* A FATAL error ends the session, whatever its SQLSTATE: 57P01 and its like, a
 * timeout of the server's, a pooler's 08P01. The same codes from a foreign
 * server (postgres_fdw) are plain errors of a session that lives on. */
static bool
ends_session(const aet__failure *failure)
{
	return strcmp(failure->severity, "FATAL") == 0 ||
	       strcmp(failure->severity, "PANIC") == 0;
}

/* PostgreSQL manual, appendix A. */
static aet_status
status_of(const aet__failure *failure, const aet__operation *operation)
{
	const char *sqlstate = failure->sqlstate;

	if (ends_session(failure))
		return operation->commits ? AET_EUNKNOWN : AET_ECONNECT;
	if (SQLSTATE_IS(sqlstate, "23505") || SQLSTATE_IS(sqlstate, "23P01"))
		return AET_ECONFLICT;
	if (in_class(sqlstate, "23"))
		return AET_ECONSTRAINT;
	if (SQLSTATE_IS(sqlstate, "40001") || SQLSTATE_IS(sqlstate, "40P01"))
		return AET_ERETRY;
	if (SQLSTATE_IS(sqlstate, "57014"))
		return AET_ETIMEOUT;
	if (operation->generated &&
	    (SQLSTATE_IS(sqlstate, "42703") || SQLSTATE_IS(sqlstate, "42P01")))
		return AET_EDATA;
	return AET_EDB;
}

/*
 * Whether an error may be about a value: class 22 is; and a name that was not
 * found (class 42) has a position if it stands in the statement, and none if
 * it was a value ($1::regclass). 42501, a missing privilege, never is.
 */
static bool
is_about_a_value(const aet__failure *failure)
{
	if (in_class(failure->sqlstate, "42"))
		return failure->position == 0 && !SQLSTATE_IS(failure->sqlstate, "42501");
	return in_class(failure->sqlstate, "22") || in_class(failure->sqlstate, "3F");
}

/*
 * The server's words for a wrong value often quote it, in whatever language
 * lc_messages asks for; without a quote or a colon they cannot.
 */
static bool
may_repeat_a_value(const aet__failure *failure, const char *message)
{
	if (!is_about_a_value(failure))
		return false;
	for (; *message != '\0'; message++)
		if (*message == '"' || *message == ':' || (unsigned char)*message >= 0x80)
			return true;
	return false;
}

/* Steps over position - 1 UTF-8 characters. */
static const char *
character_at(const char *sql, int position)
{
	while (*sql != '\0' && position > 1) {
		sql++;
		while (((unsigned char)*sql & 0xC0) == 0x80)
			sql++;
		position--;
	}
	return sql;
}

/* The identifier that stands at the error's position, its last part if it is
 * qualified: the only place where 42703 says which column it means. */
static void
copy_identifier(char *field, size_t size, const char *sql, int position)
{
	const char *at = character_at(sql, position);
	size_t len = 0;

	while (*at != '\0' && len + 1 < size) {
		if (*at == '.')
			len = 0;
		else if (aet__ascii_is_letter_or_digit(*at) || *at == '_' ||
			 (unsigned char)*at >= 0x80)
			field[len++] = *at;
		else if (*at != '"')
			break;
		at++;
	}
	field[len] = '\0';
}

static const char *
diag(const PGresult *result, int code)
{
	const char *text = PQresultErrorField(result, code);

	return text != NULL ? text : "";
}

static void
keep_failure(aet__failure *failure, const PGresult *result)
{
	aet__error_copy(
	    failure->sqlstate, sizeof(failure->sqlstate), diag(result, PG_DIAG_SQLSTATE));
	aet__error_copy(failure->severity, sizeof(failure->severity),
	    diag(result, PG_DIAG_SEVERITY_NONLOCALIZED));
	if (failure->severity[0] == '\0') /* a pooler's own */
		aet__error_copy(failure->severity, sizeof(failure->severity),
		    diag(result, PG_DIAG_SEVERITY));
	failure->position =
	    (int)strtol(diag(result, PG_DIAG_STATEMENT_POSITION), NULL, 10);
	aet__error_copy(failure->message, sizeof(failure->message),
	    diag(result, PG_DIAG_MESSAGE_PRIMARY));
	aet__error_copy(failure->detail, sizeof(failure->detail),
	    diag(result, PG_DIAG_MESSAGE_DETAIL));
	aet__error_copy(
	    failure->hint, sizeof(failure->hint), diag(result, PG_DIAG_MESSAGE_HINT));
	aet__error_copy(
	    failure->context, sizeof(failure->context), diag(result, PG_DIAG_CONTEXT));
	aet__error_copy(failure->function, sizeof(failure->function),
	    diag(result, PG_DIAG_SOURCE_FUNCTION));
}

static void
fill_names(aet_error *err, const PGresult *result, const aet__failure *failure,
    const aet__operation *operation)
{
	aet__error_copy(
	    err->schema, sizeof(err->schema), diag(result, PG_DIAG_SCHEMA_NAME));
	aet__error_copy(err->table, sizeof(err->table), diag(result, PG_DIAG_TABLE_NAME));
	aet__error_copy(
	    err->column, sizeof(err->column), diag(result, PG_DIAG_COLUMN_NAME));
	aet__error_copy(err->constraint, sizeof(err->constraint),
	    diag(result, PG_DIAG_CONSTRAINT_NAME));
	if (err->column[0] == '\0' && failure->position > 0 && operation->sql != NULL &&
	    SQLSTATE_IS(failure->sqlstate, "42703"))
		copy_identifier(
		    err->column, sizeof(err->column), operation->sql, failure->position);
}

/*
 * An error without an SQLSTATE is libpq's own. If the connection is still
 * there, it had no memory for the answer, which the server has given.
 */
static aet_status
libpq_error(aet__connection *connection, const aet__operation *operation, aet_error *err)
{
	if (PQstatus(connection->pq) == CONNECTION_BAD || operation->writes ||
	    operation->commits)
		return aet__sql_lost(connection, operation, err);
	connection->broken = true;
	return aet__error_memory(err);
}

aet_status
aet__sql_error(aet__connection *connection, const PGresult *result,
    const aet__operation *operation, aet_error *err)
{
	const char *colon = operation->name != NULL ? ": " : "";
	const char *name = operation->name != NULL ? operation->name : "";
	aet__failure *failure = &connection->failure;
	const char *message = failure->message;
	aet_status status;

	keep_failure(failure, result);
	if (failure->sqlstate[0] == '\0')
		return libpq_error(connection, operation, err);
	status = status_of(failure, operation);
	if (ends_session(failure))
		connection->broken = true;
	if (operation->parameters && may_repeat_a_value(failure, message))
		message = "the database refused a value";
	aet__error_sql(err, status, failure->sqlstate, "%s%s%.*s", name, colon,
	    (int)strcspn(message, "\n"), message);
	if (err != NULL)
		fill_names(err, result, failure, operation);
	return status;
}

aet_status
aet__sql_lost(
    aet__connection *connection, const aet__operation *operation, aet_error *err)
{
	const char *words = PQerrorMessage(connection->pq);
	bool unknown = operation->writes || operation->commits;

	if (atomic_load(&connection->interrupted))
		return aet__sql_timeout(connection, operation, err);
	connection->broken = true;
	while (aet__ascii_is_space(*words))
		words++;
	return aet__error_sql(err, unknown ? AET_EUNKNOWN : AET_ECONNECT, "08006",
	    "%s%sthe connection was lost%s: %.*s",
	    operation->name != NULL ? operation->name : "",
	    operation->name != NULL ? ": " : "",
	    unknown ? " while a write was under way, which may have happened" : "",
	    (int)strcspn(words, "\n"), words);
}

aet_status
aet__sql_timeout(
    aet__connection *connection, const aet__operation *operation, aet_error *err)
{
	bool unknown = operation->writes || operation->commits;

	connection->broken = true;
	return aet_error_set(err, unknown ? AET_EUNKNOWN : AET_ETIMEOUT,
	    "%s%sno answer from the server in time%s",
	    operation->name != NULL ? operation->name : "",
	    operation->name != NULL ? ": " : "",
	    unknown ? "; a write was under way, and may have happened" : "");
}

aet_status
aet__sql_too_late(const aet__operation *operation, aet_error *err)
{
	return aet_error_set(err, AET_ETIMEOUT,
	    "%s%sthe time was over before it was sent",
	    operation->name != NULL ? operation->name : "",
	    operation->name != NULL ? ": " : "");
}
