/* SPDX-License-Identifier: MIT */
/*
 * A migration file as its statements: split as the server's own parser would,
 * and told apart where a transaction begins or ends.
 */
#ifndef AET_MIGRATE_SCRIPT_H
#define AET_MIGRATE_SCRIPT_H

#include <aeturnis/error.h>

#include "core/lexer.h"
#include "migrate/position.h"

typedef enum aet__statement_kind {
	AET__STATEMENT_PLAIN = 0,
	AET__STATEMENT_BEGIN,     /* BEGIN, START TRANSACTION, with or without modes */
	AET__STATEMENT_COMMIT,    /* COMMIT, END; not AND CHAIN, not PREPARED */
	AET__STATEMENT_ROLLBACK,  /* ROLLBACK, ABORT; as above */
	AET__STATEMENT_SAVEPOINT, /* SAVEPOINT, RELEASE, ROLLBACK TO */
	AET__STATEMENT_CONTROL    /* any other that ends or parks a transaction */
} aet__statement_kind;

#define AET__STATEMENT_HEAD_SIZE 128

typedef struct aet__statement {
	aet__statement_kind kind;
	int number;       /* within the file, from 1 */
	size_t start;     /* its first token's first byte */
	size_t len;       /* to its last token's last, without the semicolon */
	size_t end;       /* past the semicolon */
	aet__position at; /* start, for people */
	char head[AET__STATEMENT_HEAD_SIZE]; /* the words it begins with, up to the first
	                                        other token: "create index concurrently" */
} aet__statement;

/* Whether head begins with words (lower case, single spaces) and a word ends
 * there. */
bool aet__statement_begins(const aet__statement *statement, const char *words);

typedef struct aet__script {
	const char *file; /* for messages; borrowed, as is the text */
	aet__lexer lexer;
	aet__position at; /* the last statement's; after a failure, the trouble's */
	int count;        /* statements given so far */
	bool mapped;      /* set by whoever knows: the text is a spool's, whose pages are
			     forgotten behind the statement that was given last */
	size_t forgotten; /* up to here */
	bool sectioned;   /* a marker of another tool's began the part to run */
	bool passed_over; /* and one began a part that takes back, which was not read */
	bool backslashes; /* as the lexer's, where the transaction under way ends */
} aet__script;

/* Both borrowed for as long as script is used. */
void aet__script_init(
    aet__script *script, const char *file, const char *text, size_t len);

/*
 * The next statement; *found is false at the end, also where just comments and
 * semicolons are left. The part that takes a migration back, of a file that is
 * marked as another tool's (migrate/sections.h), is passed over, and so are psql's
 * commands that change nothing (migrate/meta.h). Fails with AET_EINVAL, the
 * message beginning "file:line:column: ", on what does not end (a quote, a
 * comment), on psql's other commands, and on COPY from or to the client.
 */
aet_status aet__script_next(
    aet__script *script, aet__statement *out, bool *found, aet_error *err);

#endif
