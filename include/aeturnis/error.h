/* SPDX-License-Identifier: MIT */
/*
 * What a call says when it fails: a status to branch on, and a fixed-size
 * error of the caller's own to read, log, or ignore.
 */
#ifndef AETURNIS_ERROR_H
#define AETURNIS_ERROR_H

#include <aeturnis/export.h>

AET_BEGIN_DECLS

/*
 * Outcomes that a caller must be able to tell apart. AET_OK is 0, all others
 * are negative; the numbers are part of the ABI and are never reused.
 */
typedef enum aet_status {
	AET_OK = 0,
	AET_ENOTFOUND = -1, /* the query found no row */
	AET_ECONFLICT =
	    -2, /* 23505 or 23P01: someone holds that key; error.constraint says which */
	AET_ECONSTRAINT =
	    -3, /* the rest of SQLSTATE class 23; error.constraint or .column says which */
	AET_ERETRY =
	    -4, /* 40001 or 40P01: nothing happened, the whole transaction may run again */
	AET_EUNKNOWN =
	    -5, /* the connection went while a write was under way: it may have happened */
	AET_ETIMEOUT = -6, /* the call's deadline passed; nothing was written */
	AET_EBUSY =
	    -7, /* every pooled connection is in use, or a bounded queue is full */
	AET_ECONNECT = -8, /* no connection, or it went before anything was written */
	AET_EINVAL = -9,   /* an argument is wrong; the database was not asked */
	AET_ENOMEM = -10,  /* out of memory */
	AET_EDATA =
	    -11,       /* the database's answer does not fit the generated types: drift */
	AET_EDB = -12, /* any other SQL error; error.sqlstate says which */

	/* Of the migrator (<aeturnis/migrate.h>). */
	AET_ECHECKSUM = -20, /* an applied migration's text has changed since */
	AET_EORDER = -21,    /* a migration older than one already applied is pending */
	AET_EAHEAD = -22,    /* the database has migrations newer than any known here */
	AET_EMISSING =
	    -23, /* the database has an older migration that is not known here */
	AET_ELOCKED =
	    -24, /* another migrator, or a busy table, held its lock for too long */
	AET_EHALFDONE = -25,  /* a non-transactional migration stopped part of the way */
	AET_EMIGRATION = -26, /* a migration's own SQL failed */
	AET_EADOPT =
	    -27, /* tables exist without a journal, and differ from the migrations */
	AET_EBEHIND =
	    -28, /* migrations are pending (health and check; migrate applies them) */
	AET_EDIVERGED =
	    -29, /* the database and the files each have migrations that the other lacks */
	AET_EHELD =
	    -30, /* a migration waits until no server of an older release lives, and what
		    comes after it is needed */

	/* Consent (<aeturnis/setup.h>). */
	AET_EREFUSED =
	    -40, /* would lose data or touch production, and was not allowed to */

	/* Passwords (<aeturnis/password.h>). */
	AET_EMISMATCH = -60,  /* the password is not the one that was hashed */
	AET_EMALFORMED = -61, /* the stored string is no argon2id hash */
	AET_ETOOCOSTLY =
	    -62, /* the stored string asks for more memory or time than is allowed */

	/* Accounts (<aeturnis/accounts.h>). */
	AET_ETHROTTLED = -63, /* logging in has failed too often lately */
	AET_EREUSED = -64,    /* the refresh token was exchanged before */
	AET_ETAMPERED = -65   /* the audit log is not what was sealed */
} aet_status;

/* PostgreSQL's NAMEDATALEN: the longest identifier is 63 bytes. */
#define AET_NAME_SIZE 64
#define AET_MESSAGE_SIZE 512

/*
 * The caller's own record of a failure. Any function that takes one accepts
 * NULL; on success it is left alone, on failure it is wholly overwritten with
 * the first failure of that call. It owns nothing and may be copied. Every
 * string is NUL-terminated, and empty where it does not apply. No field ever
 * holds a parameter's value or a password.
 */
typedef struct aet_error {
	aet_status status;
	char sqlstate[6]; /* the five characters of PostgreSQL's appendix A, or "" */
	char schema[AET_NAME_SIZE];
	char table[AET_NAME_SIZE];
	char column[AET_NAME_SIZE];
	char constraint[AET_NAME_SIZE];
	char message[AET_MESSAGE_SIZE]; /* one sentence, without a final newline */
} aet_error;

/*
 * The status's name, "AET_ECONFLICT"; "AET_?" for a number that is none.
 * Static storage; thread-safe; does not block.
 */
AET_API const char *aet_status_name(aet_status status);

/*
 * What the status means, as a short phrase. Static storage; thread-safe; does
 * not block.
 */
AET_API const char *aet_status_text(aet_status status);

/*
 * Fills err (which may be NULL) with a failure of the caller's own, so that a
 * transaction's callback can report like the library does, and returns status.
 * The message is formatted as by printf and cut to AET_MESSAGE_SIZE on a UTF-8
 * character's edge; its arguments may point into *err, whose message can be
 * wrapped so. Thread-safe; does not block.
 */
AET_API aet_status aet_error_set(
    aet_error *err, aet_status status, const char *format, ...) AET_PRINTF(3, 4);

AET_END_DECLS

#endif
