/* SPDX-License-Identifier: MIT */
#include "pg/dial.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/memory.h"
#include "pg/resolve.h"
#include "pg/url.h"

/* libpq knows some fifty keywords; these are what PQconnectStartParams gets. */
#define KEYWORDS_MAX 80

typedef struct dial_parameters {
	const char *keywords[KEYWORDS_MAX];
	const char *values[KEYWORDS_MAX];
	size_t count;
	PQconninfoOption *parsed; /* owns what the url said */
	aet__resolved resolved;
	PQnoticeReceiver receiver;
	void *argument;
} dial_parameters;

/* What a url and the environment leave open. Keepalives find a dead peer in
 * about a minute while idle, tcp_user_timeout within ten seconds while data
 * is on its way (manual, "Database Connection Control Functions"). GSS may
 * wait for a key server without regard to any deadline of ours: only on
 * request. */
static const struct {
	const char *keyword;
	const char *value;
	const char *variable; /* the environment's word on it; NULL: it has none */
} defaults[] = {
	{ "keepalives_idle", "30", NULL },
	{ "keepalives_interval", "10", NULL },
	{ "keepalives_count", "3", NULL },
	{ "tcp_user_timeout", "10000", NULL },
	{ "gssencmode", "disable", "PGGSSENCMODE" },
	{ "fallback_application_name", "libaeturnis-db", NULL },
};

static const char *
parameter(const dial_parameters *dial, const char *keyword)
{
	for (size_t i = 0; i < dial->count; i++)
		if (strcmp(dial->keywords[i], keyword) == 0)
			return dial->values[i];
	return NULL;
}

/* Replaces a keyword's value, or adds it. */
static void
set_parameter(dial_parameters *dial, const char *keyword, const char *value)
{
	size_t at = 0;

	while (at < dial->count && strcmp(dial->keywords[at], keyword) != 0)
		at++;
	if (at == dial->count && dial->count < KEYWORDS_MAX - 1)
		dial->count++;
	dial->keywords[at] = keyword;
	dial->values[at] = value;
}

/* libpq's own words on a url may repeat it, password and all: they are not
 * passed on. */
static aet_status
parse_url(dial_parameters *dial, const char *url, aet_error *err)
{
	char *words = NULL;
	bool out_of_memory;
	const char *dbname;

	dial->parsed = PQconninfoParse(url, &words);
	out_of_memory = words == NULL;
	PQfreemem(words);
	if (dial->parsed == NULL && out_of_memory)
		return aet__error_memory(err);
	if (dial->parsed == NULL)
		return aet_error_set(err, AET_EINVAL,
		    "the database url is neither a postgresql:// URI nor a keyword "
		    "string that "
		    "libpq can read");
	for (const PQconninfoOption *option = dial->parsed; option->keyword != NULL;
	     option++)
		if (option->val != NULL)
			set_parameter(dial, option->keyword, option->val);
	dbname = parameter(dial, "dbname");
	if (dbname != NULL && aet__url_is_nested(dbname))
		return aet_error_set(err, AET_EINVAL,
		    "the database url's dbname is a connection string of its own: give "
		    "that one as the url");
	return AET_OK;
}

/* Passwords are among the values. */
static void
parsed_free(PQconninfoOption *parsed)
{
	for (PQconninfoOption *option = parsed; option != NULL && option->keyword != NULL;
	     option++)
		aet__memory_wipe_text(option->val);
	PQconninfoFree(parsed);
}

/*
 * Where there is no pass phrase for a locked key, OpenSSL itself asks for one, at
 * the terminal or on stdin and past any deadline: it gets one that fits none. A
 * service's file may have the right one.
 */
static void
set_pass_phrase(dial_parameters *dial)
{
	const char *given = parameter(dial, "sslpassword");

	if ((given == NULL || given[0] == '\0') && parameter(dial, "service") == NULL &&
	    getenv("PGSERVICE") == NULL)
		set_parameter(dial, "sslpassword", "none is given");
}

static void
set_defaults(dial_parameters *dial, const char *application_name)
{
	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++)
		if (parameter(dial, defaults[i].keyword) == NULL &&
		    (defaults[i].variable == NULL ||
			getenv(defaults[i].variable) == NULL))
			set_parameter(dial, defaults[i].keyword, defaults[i].value);
	if (application_name != NULL)
		set_parameter(dial, "application_name", application_name);
	set_parameter(dial, "client_encoding", "UTF8");
	set_pass_phrase(dial);
}

/* A url that names hostaddr, or a service whose file names the host, is left to
 * libpq. */
static aet_status
resolve_hosts(dial_parameters *dial, aet__deadline deadline, aet_error *err)
{
	const char *hosts = parameter(dial, "host");
	aet_status status;

	if (hosts == NULL && parameter(dial, "service") == NULL)
		hosts = getenv("PGHOST");
	if (hosts == NULL || hosts[0] == '\0' || parameter(dial, "hostaddr") != NULL ||
	    getenv("PGHOSTADDR") != NULL)
		return AET_OK;
	status =
	    aet__resolve(hosts, parameter(dial, "port"), deadline, &dial->resolved, err);
	return status;
}

/*
 * libpq keeps no SQLSTATE of a refused connection. The server's codes that a
 * caller acts upon are told by facts that do not change with its language:
 * PQconnectionNeedsPassword and PQconnectionUsedPassword for the password, and
 * the database's own name in the message.
 */
static const char *
refusal_sqlstate(PGconn *pq)
{
	const char *words = PQerrorMessage(pq);

	if (PQconnectionNeedsPassword(pq)) /* libpq's own word, before the server's */
		return "28P01";
	if (strstr(words, "FATAL") == NULL)
		return "";
	if (strstr(words, "password authentication failed") != NULL)
		return "28P01";
	if (strstr(words, "database \"") != NULL &&
	    strstr(words, "does not exist") != NULL)
		return "3D000";
	if (strstr(words, "permission denied for database") != NULL)
		return "42501";
	if (strstr(words, "too many clients") != NULL ||
	    strstr(words, "remaining connection slots") != NULL)
		return "53300";
	if (strstr(words, "starting up") != NULL ||
	    strstr(words, "shutting down") != NULL)
		return "57P03";
	if (strstr(words, "role \"") != NULL || strstr(words, "pg_hba.conf") != NULL ||
	    strstr(words, "authentication failed") != NULL)
		return "28000";
	return "";
}

/* Every host that was tried has lines of its own; the first of them says why,
 * and begins as the very first one does, in whatever language. */
#define SAME_BEGINNING 10

static const char *
last_reason(const char *words)
{
	const char *reason = words;
	const char *line = words;

	while ((line = strchr(line, '\n')) != NULL) {
		line++;
		if (strncmp(line, words, SAME_BEGINNING) == 0)
			reason = line;
	}
	return reason;
}

static aet_status
refused(PGconn *pq, aet_error *err)
{
	const char *reason = last_reason(PQerrorMessage(pq));

	return aet__error_sql(err, AET_ECONNECT, refusal_sqlstate(pq),
	    "cannot connect: %.*s", (int)strcspn(reason, "\n"), reason);
}

static aet_status
poll_until_connected(PGconn *pq, aet__deadline deadline, aet_error *err)
{
	PostgresPollingStatusType wants = PGRES_POLLING_WRITING;
	struct pollfd pfd;
	int ready;

	while (wants != PGRES_POLLING_OK) {
		if (wants == PGRES_POLLING_FAILED)
			return refused(pq, err);
		pfd.fd = PQsocket(pq);
		pfd.events = wants == PGRES_POLLING_READING ? POLLIN : POLLOUT;
		ready = poll(&pfd, 1, aet__deadline_left(deadline));
		if (ready == 0)
			return aet_error_set(err, AET_ETIMEOUT,
			    "cannot connect: no answer from the server in time");
		if (ready < 0 && errno != EINTR)
			return aet_error_set(err, AET_ECONNECT,
			    "cannot connect: poll: %s", strerror(errno));
		if (ready > 0)
			wants = PQconnectPoll(pq);
	}
	return AET_OK;
}

static aet_status
start(const dial_parameters *dial, aet__deadline deadline, PGconn **out, aet_error *err)
{
	PGconn *pq = PQconnectStartParams(dial->keywords, dial->values, 0);
	aet_status status;

	if (pq == NULL)
		return aet__error_memory(err);
	PQsetNoticeReceiver(pq, dial->receiver, dial->argument);
	if (PQstatus(pq) == CONNECTION_BAD)
		status = refused(pq, err);
	else
		status = poll_until_connected(pq, deadline, err);
	if (status == AET_OK && PQsetnonblocking(pq, 1) != 0)
		status = aet_error_set(err, AET_ECONNECT,
		    "cannot connect: the socket cannot be made non-blocking");
	if (status == AET_OK)
		*out = pq;
	else
		PQfinish(pq);
	return status;
}

static void
set_place(dial_parameters *dial, const aet__place *place)
{
	set_parameter(dial, "host", place->host);
	set_parameter(dial, "hostaddr", place->address);
	if (place->port != NULL)
		set_parameter(dial, "port", place->port);
}

/* A server that was there and said no: another host would say the same. */
static bool
is_final(const aet_error *why)
{
	return why->status == AET_ENOMEM || strncmp(why->sqlstate, "28", 2) == 0 ||
	       strcmp(why->sqlstate, "3D000") == 0;
}

/*
 * One address after the other, each with its share of the time that is left:
 * libpq's own list stays with an address that never answers until the end.
 */
static aet_status
start_each(dial_parameters *dial, aet__deadline deadline, PGconn **out, aet_error *err)
{
	aet_error why = { 0 };
	size_t remaining = dial->resolved.count;
	aet_status status = AET_ECONNECT;
	aet__place place;

	while (aet__resolved_next(&dial->resolved, &place)) {
		int left = aet__deadline_left(deadline);
		aet__deadline share =
		    left < 0 ? AET__NEVER : aet__clock_ms() + left / (int64_t)remaining;

		set_place(dial, &place);
		status = start(dial, share, out, &why);
		remaining--;
		if (status == AET_OK || is_final(&why) || aet__deadline_passed(deadline))
			break;
	}
	if (status != AET_OK && err != NULL)
		*err = why;
	return status;
}

/* prefer-standby goes through the hosts twice, which libpq knows how to. */
static bool
wants_the_list(const dial_parameters *dial)
{
	const char *wanted = parameter(dial, "target_session_attrs");

	if (wanted == NULL)
		wanted = getenv("PGTARGETSESSIONATTRS");
	return wanted != NULL && strcmp(wanted, "prefer-standby") == 0;
}

static aet_status
start_resolved(
    dial_parameters *dial, aet__deadline deadline, PGconn **out, aet_error *err)
{
	const aet__place all = { dial->resolved.hosts, dial->resolved.addresses,
		dial->resolved.ports };

	if (dial->resolved.count == 0)
		return start(dial, deadline, out, err);
	if (!wants_the_list(dial))
		return start_each(dial, deadline, out, err);
	set_place(dial, &all);
	return start(dial, deadline, out, err);
}

aet_status
aet__dial(const aet__connection_options *options, PQnoticeReceiver receiver,
    void *argument, aet__deadline deadline, PGconn **out, aet_error *err)
{
	dial_parameters dial = { .receiver = receiver, .argument = argument };
	aet_status status = parse_url(&dial, options->url, err);

	if (status == AET_OK) {
		set_defaults(&dial, options->application_name);
		status = resolve_hosts(&dial, deadline, err);
	}
	if (status == AET_OK)
		status = start_resolved(&dial, deadline, out, err);
	parsed_free(dial.parsed);
	aet__resolved_free(&dial.resolved);
	return status;
}
