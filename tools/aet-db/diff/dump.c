/* SPDX-License-Identifier: MIT */
#include "diff/dump.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ephemeral/binaries.h"
#include "pg/client.h"

#define CHUNK 65536

extern char **environ;

/* What pg_dump is told of the way to the server: all but the password, which
 * ps(1) would show. */
static const char *const keywords[] = { "host", "hostaddr", "port", "user", "dbname",
	"sslmode", "sslrootcert", "sslcert", "sslkey", "service", NULL };

static aet_status
connection_string(
    codegen_memory *memory, const char *url, const char **out, aet_error *err)
{
	aet__text text = { 0 };

	for (size_t i = 0; keywords[i] != NULL; i++) {
		char *value = NULL;
		aet_status status = aet__client_url_value(url, keywords[i], &value, err);

		if (status != AET_OK) {
			aet__text_free(&text);
			return status;
		}
		if (value == NULL)
			continue;
		aet__text_addf(&text, "%s='", keywords[i]);
		for (const char *c = value; *c != '\0'; c++) {
			if (*c == '\'' || *c == '\\')
				aet__text_add_char(&text, '\\');
			aet__text_add_char(&text, *c);
		}
		aet__text_add(&text, "' ");
		free(value);
	}
	*out = codegen_keep(memory, &text);
	return AET_OK;
}

/* This process's environment, with the password if there is one. */
static aet_status
environment(codegen_memory *memory, const char *url, char ***out, aet_error *err)
{
	char *password = NULL;
	aet_status status = aet__client_url_value(url, "password", &password, err);
	size_t count = 0;
	size_t kept = 0;

	if (status != AET_OK)
		return status;
	while (environ[count] != NULL)
		count++;
	*out = codegen_room(memory, count + 2, sizeof(**out));
	for (size_t i = 0; i < count; i++)
		if (password == NULL || strncmp(environ[i], "PGPASSWORD=", 11) != 0)
			(*out)[kept++] = environ[i];
	if (password != NULL)
		(*out)[kept] = codegen_format(memory, "PGPASSWORD=%s", password);
	free(password);
	return AET_OK;
}

static aet_status
start(char **argv, char **envp, pid_t *child, int *output, aet_error *err)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	int ends[2];
	int failure;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return aet_error_set(
		    err, AET_EDB, "no pipe for pg_dump: %s", strerror(errno));
	failure = posix_spawn_file_actions_init(&actions);
	if (failure == 0) {
		failure = posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
		/* The guard's signals are for it, too (guard.h); none of these fails. */
		sigemptyset(&none);
		posix_spawnattr_init(&attributes);
		posix_spawnattr_setsigmask(&attributes, &none);
		posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
		if (failure == 0)
			failure = posix_spawn(
			    child, argv[0], &actions, &attributes, argv, envp);
		posix_spawnattr_destroy(&attributes);
		posix_spawn_file_actions_destroy(&actions);
	}
	close(ends[1]);
	*output = ends[0];
	if (failure == 0)
		return AET_OK;
	close(ends[0]);
	return aet_error_set(
	    err, AET_EINVAL, "\"%s\" does not start: %s", argv[0], strerror(failure));
}

static bool
read_all(int from, aet__text *text)
{
	char *chunk = malloc(CHUNK);
	ssize_t got = -1;

	while (chunk != NULL) {
		got = read(from, chunk, CHUNK);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		aet__text_add_n(text, chunk, (size_t)got);
	}
	free(chunk);
	return got == 0;
}

void
diff_copy_leave(diff_leave *leave)
{
	pid_t child;

	leave->wanted = true;
	child = leave->dumping;
	if (child != 0)
		kill(child, SIGKILL);
}

/* Its output, whole; false: it broke off. */
static bool
collect(pid_t child, int output, diff_leave *leave, aet__text *text)
{
	siginfo_t ended;
	bool whole;
	int result = 0;

	leave->dumping = child;
	if (leave->wanted)
		kill(child, SIGKILL);
	whole = read_all(output, text);
	close(output);
	while (
	    waitid(P_PID, (id_t)child, &ended, WEXITED | WNOWAIT) < 0 && errno == EINTR)
		;
	/* Its number is its own until it is waited for. */
	leave->dumping = 0;
	while (waitpid(child, &result, 0) < 0 && errno == EINTR)
		;
	return whole && WIFEXITED(result) && WEXITSTATUS(result) == 0;
}

static char **
arguments(codegen_memory *memory, const char *program, const char *target,
    const char *const *flags)
{
	const char *const usual[] = { program, "--schema-only", "--no-password", "-d",
		target };
	size_t count = sizeof(usual) / sizeof(usual[0]);
	size_t more = 0;
	char **argv;

	while (flags != NULL && flags[more] != NULL)
		more++;
	argv = codegen_room(memory, count + more + 1, sizeof(*argv));
	for (size_t i = 0; i < count; i++)
		argv[i] = codegen_copy(memory, usual[i]);
	for (size_t i = 0; i < more; i++)
		argv[count + i] = codegen_copy(memory, flags[i]);
	return argv;
}

aet_status
diff_dump(codegen_memory *memory, const char *bindir, const char *url,
    const char *const *flags, diff_leave *leave, aet__text *text, aet_error *err)
{
	const char *target = NULL;
	char **envp = NULL;
	char *found = NULL;
	pid_t child = 0;
	int output = -1;
	aet_status status = connection_string(memory, url, &target, err);

	if (status == AET_OK)
		status = environment(memory, url, &envp, err);
	if (status == AET_OK)
		status = aet__binaries_find(bindir, &found, err);
	if (status != AET_OK)
		return status;
	status = start(
	    arguments(memory, codegen_format(memory, "%s/pg_dump", found), target, flags),
	    envp, &child, &output, err);
	free(found);
	if (status != AET_OK)
		return status;
	if (!collect(child, output, leave, text))
		return aet_error_set(err, AET_EDB, "pg_dump did not give the schema");
	return AET_OK;
}
