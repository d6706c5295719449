/* SPDX-License-Identifier: MIT */
#include "core/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	aet_status status;
	const char *name;
	const char *text;
} statuses[] = {
	{ AET_OK, "AET_OK", "done" },
	{ AET_ENOTFOUND, "AET_ENOTFOUND", "no such row" },
	{ AET_ECONFLICT, "AET_ECONFLICT", "the key is taken" },
	{ AET_ECONSTRAINT, "AET_ECONSTRAINT", "a constraint forbids it" },
	{ AET_ERETRY, "AET_ERETRY", "nothing happened; run the transaction again" },
	{ AET_EUNKNOWN, "AET_EUNKNOWN",
	    "the connection went during a write; it may have happened" },
	{ AET_ETIMEOUT, "AET_ETIMEOUT", "the deadline passed" },
	{ AET_EBUSY, "AET_EBUSY", "every place is taken" },
	{ AET_ECONNECT, "AET_ECONNECT", "no connection" },
	{ AET_EINVAL, "AET_EINVAL", "wrong argument" },
	{ AET_ENOMEM, "AET_ENOMEM", "out of memory" },
	{ AET_EDATA, "AET_EDATA",
	    "the database's answer does not fit the expected types" },
	{ AET_EDB, "AET_EDB", "SQL error" },
	{ AET_ECHECKSUM, "AET_ECHECKSUM", "an applied migration was changed" },
	{ AET_EORDER, "AET_EORDER", "an older migration is pending" },
	{ AET_EAHEAD, "AET_EAHEAD", "the database is ahead" },
	{ AET_EMISSING, "AET_EMISSING", "an applied migration is missing" },
	{ AET_ELOCKED, "AET_ELOCKED", "a lock was held for too long" },
	{ AET_EHALFDONE, "AET_EHALFDONE", "a migration is half done" },
	{ AET_EMIGRATION, "AET_EMIGRATION", "a migration failed" },
	{ AET_EADOPT, "AET_EADOPT", "existing tables differ from the migrations" },
	{ AET_EBEHIND, "AET_EBEHIND", "migrations are pending" },
	{ AET_EDIVERGED, "AET_EDIVERGED",
	    "the database was migrated from another history" },
	{ AET_EHELD, "AET_EHELD", "a migration waits for older servers to leave" },
	{ AET_EREFUSED, "AET_EREFUSED", "refused" },
	{ AET_EMISMATCH, "AET_EMISMATCH", "wrong password" },
	{ AET_EMALFORMED, "AET_EMALFORMED", "malformed password hash" },
	{ AET_ETOOCOSTLY, "AET_ETOOCOSTLY", "password hash too costly to check" },
	{ AET_ETHROTTLED, "AET_ETHROTTLED", "too many failures lately" },
	{ AET_EREUSED, "AET_EREUSED", "the refresh token was exchanged before" },
	{ AET_ETAMPERED, "AET_ETAMPERED", "the audit log is not what was sealed" },
};

const char *
aet_status_name(aet_status status)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (statuses[i].status == status)
			return statuses[i].name;
	return "AET_?";
}

const char *
aet_status_text(aet_status status)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (statuses[i].status == status)
			return statuses[i].text;
	return "unknown status";
}

/* Takes back the start of a UTF-8 character (RFC 3629) that a cut left alone. */
static void
trim_partial_character(char *text)
{
	size_t len = strlen(text);
	size_t start = len;
	size_t need;

	while (start > 0 && len - start < 4 &&
	       ((unsigned char)text[start - 1] & 0xC0) == 0x80)
		start--;
	if (start == 0)
		return;
	start--;
	need = (unsigned char)text[start] >= 0xF0   ? 4
	       : (unsigned char)text[start] >= 0xE0 ? 3
	       : (unsigned char)text[start] >= 0xC0 ? 2
						    : 1;
	if (len - start < need)
		text[start] = '\0';
}

void
aet__error_copy(char *field, size_t size, const char *text)
{
	size_t len = text != NULL ? strlen(text) : 0;
	size_t kept = len < size ? len : size - 1;

	if (kept > 0)
		memcpy(field, text, kept);
	field[kept] = '\0';
	if (kept < len)
		trim_partial_character(field);
}

static void error_fill(aet_error *err, aet_status status, const char *sqlstate,
    const char *format, va_list args) AET_PRINTF(4, 0);

static void
error_fill(aet_error *err, aet_status status, const char *sqlstate, const char *format,
    va_list args)
{
	/* Made aside: the arguments may point into *err, to wrap what it says. */
	aet_error made = { .status = status };
	int len;

	aet__error_copy(made.sqlstate, sizeof(made.sqlstate), sqlstate);
	len = vsnprintf(made.message, sizeof(made.message), format, args);
	if (len >= (int)sizeof(made.message))
		trim_partial_character(made.message);
	*err = made;
}

aet_status
aet_error_set(aet_error *err, aet_status status, const char *format, ...)
{
	va_list args;

	if (err != NULL) {
		va_start(args, format);
		error_fill(err, status, NULL, format, args);
		va_end(args);
	}
	return status;
}

aet_status
aet__error_sql(
    aet_error *err, aet_status status, const char *sqlstate, const char *format, ...)
{
	va_list args;

	if (err != NULL) {
		va_start(args, format);
		error_fill(err, status, sqlstate, format, args);
		va_end(args);
	}
	return status;
}

aet_status
aet__error_memory(aet_error *err)
{
	return aet_error_set(err, AET_ENOMEM, "out of memory");
}
