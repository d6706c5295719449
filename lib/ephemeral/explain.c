/* SPDX-License-Identifier: MIT */
#include "ephemeral/explain.h"

#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TAIL_SIZE 8192

/* The end of a log, NUL-terminated; "" where there is none. */
static void
log_tail(const char *path, char tail[TAIL_SIZE])
{
	ssize_t len;
	off_t end;
	int fd = path != NULL ? open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) : -1;

	tail[0] = '\0';
	if (fd < 0)
		return;
	end = lseek(fd, 0, SEEK_END);
	len = pread(fd, tail, TAIL_SIZE - 1, end < TAIL_SIZE ? 0 : end - TAIL_SIZE + 1);
	close(fd);
	tail[len > 0 ? len : 0] = '\0';
}

/* Cuts text to its last line that is not blank. */
static const char *
last_line(char *text)
{
	size_t len = strlen(text);
	char *newline;

	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == ' '))
		text[--len] = '\0';
	newline = strrchr(text, '\n');
	return newline != NULL ? newline + 1 : text;
}

/* The first complaint in a log, from its severity on, since what follows it
 * is about shutting down; else the last line. */
static const char *
telling_line(char *tail)
{
	static const char *const severities[] = {
		"ERROR: ", "FATAL: ", "PANIC: ", "error: "
	};
	char *first = NULL;

	for (size_t i = 0; i < sizeof(severities) / sizeof(severities[0]); i++) {
		char *found = strstr(tail, severities[i]);

		if (found != NULL && (first == NULL || found < first))
			first = found;
	}
	if (first == NULL)
		return last_line(tail);
	first[strcspn(first, "\n")] = '\0';
	return first;
}

/* PostgreSQL's own words name both versions; the server's locale is C. */
static aet_status
other_version(char *tail, aet_error *err)
{
	char *detail = strstr(tail, "DETAIL:");
	const char *words =
	    detail != NULL ? detail + strlen("DETAIL:") : "the versions differ";

	if (detail != NULL)
		detail[strcspn(detail, "\n")] = '\0';
	return aet_error_set(err, AET_EINVAL,
	    "datadir needs another PostgreSQL; set bindir or AET_PG_BINDIR to that "
	    "one's, "
	    "or name an empty directory: %s",
	    words + strspn(words, " "));
}

static aet_status
step_failed(const aet__step *step, int status, aet_error *err)
{
	char tail[TAIL_SIZE];
	char how[64];

	log_tail(step->log, tail);
	if (strstr(tail, "database files are incompatible with server") != NULL)
		return other_version(tail, err);
	if (WIFSIGNALED(status))
		snprintf(how, sizeof(how), "was ended by signal %d", WTERMSIG(status));
	else
		snprintf(how, sizeof(how), "ended with status %d", WEXITSTATUS(status));
	return aet_error_set(err, AET_ECONNECT,
	    "the private PostgreSQL did not start: \"%s\" %s%s%s", step->words[0], how,
	    tail[0] != '\0' ? ": " : "", telling_line(tail));
}

/* The name of the user a recipe runs as, or the number where there is none. */
static void
user_name(uid_t uid, char name[64])
{
	char room[4096];
	struct passwd entry;
	struct passwd *found = NULL;

	if (getpwuid_r(uid, &entry, room, sizeof(room), &found) == 0 && found != NULL)
		snprintf(name, 64, "\"%s\"", found->pw_name);
	else
		snprintf(name, 64, "%u", (unsigned int)uid);
}

static aet_status
shut_out(const aet__recipe *recipe, const aet__report *report, aet_error *err)
{
	char name[64];

	user_name(recipe->user.uid, name);
	return aet_error_set(err, AET_EINVAL,
	    "PostgreSQL runs as user %s where root starts it, and that user may not "
	    "enter \"%.*s\" (%s); name a datadir that it can reach, such as one below "
	    "/var/lib or /srv, or start it as the user whose folder this is",
	    name, (int)report->step, recipe->home, strerror(report->status));
}

aet_status
aet__start_explain(const aet__recipe *recipe, const aet__report *report, aet_error *err)
{
	if (report->kind == AET__REPORT_ENDED && report->step >= 0 &&
	    (size_t)report->step < recipe->count)
		return step_failed(&recipe->steps[report->step], report->status, err);
	if (report->kind == AET__REPORT_FORBIDDEN)
		return aet_error_set(err, AET_ECONNECT,
		    "the private PostgreSQL did not start: cannot become user %u, as "
		    "which "
		    "it would run",
		    (unsigned int)recipe->user.uid);
	if (report->kind == AET__REPORT_HOMELESS)
		return aet_error_set(err, AET_ECONNECT,
		    "the private PostgreSQL did not start: cannot make \"%s\": %s",
		    recipe->directory, strerror(report->status));
	if (report->kind == AET__REPORT_SHUT_OUT)
		return shut_out(recipe, report, err);
	return aet_error_set(err, AET_ECONNECT,
	    "the private PostgreSQL did not start: its supervisor was killed");
}
