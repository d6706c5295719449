/* SPDX-License-Identifier: MIT */
#include "support/cli.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/process.h"

#define MAX_WORDS 24
#define MAX_SETTINGS 24

/* Of the test's own environment, what finds programs and libraries. */
static const char *const inherited[] = { "PATH", "HOME", "TMPDIR", "AET_PG_BINDIR",
	"ASAN_OPTIONS", "UBSAN_OPTIONS", "LD_LIBRARY_PATH", NULL };

static int out_file = -1, err_file = -1, terminal = -1;

void
test_cli_begin(test_cli *cli)
{
	/* Programs end by these, also where the tests run below nohup(1) or behind &. */
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	memset(cli, 0, sizeof(*cli));
	cli->directory = test_scratch_make();
}

void
test_cli_end(test_cli *cli)
{
	free(cli->out);
	free(cli->err);
	test_scratch_remove(cli->directory);
	memset(cli, 0, sizeof(*cli));
}

void
test_cli_set(test_cli *cli, const char *setting)
{
	size_t count = 0;

	while (cli->settings[count] != NULL)
		count++;
	ck_assert_uint_lt(count + 1, sizeof(cli->settings) / sizeof(cli->settings[0]));
	cli->settings[count] = setting;
}

static int
memory_file(const char *content)
{
	int fd = memfd_create("aet-test", MFD_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	if (content != NULL) {
		ck_assert_int_eq(
		    write(fd, content, strlen(content)), (ssize_t)strlen(content));
		ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	}
	return fd;
}

static void
make_environment(const test_cli *cli, char *environment[MAX_SETTINGS])
{
	size_t count = 0;

	for (size_t i = 0; inherited[i] != NULL; i++)
		if (getenv(inherited[i]) != NULL)
			ck_assert_int_gt(asprintf(&environment[count++], "%s=%s",
					     inherited[i], getenv(inherited[i])),
			    0);
	for (size_t i = 0; cli->settings[i] != NULL; i++)
		ck_assert_ptr_nonnull(environment[count++] = strdup(cli->settings[i]));
	environment[count] = NULL;
}

static void
become(const test_cli *cli, int in, const char *const args[])
{
	const char *program = getenv("AET_DB_BIN");
	char *words[MAX_WORDS] = { NULL };
	char *environment[MAX_SETTINGS];
	size_t count = 0;

	if (program == NULL) {
		fputs("AET_DB_BIN is not set: run the suite with meson test\n", stderr);
		_exit(99);
	}
	words[count++] = strdup(program);
	for (; *args != NULL && count + 1 < MAX_WORDS; args++)
		words[count++] = strdup(*args);
	make_environment(cli, environment);
	signal(SIGPIPE, SIG_DFL);
	if (chdir(cli->directory) == 0 && dup2(in, STDIN_FILENO) >= 0 &&
	    dup2(cli->out_fd > 0 ? cli->out_fd : out_file, STDOUT_FILENO) >= 0 &&
	    dup2(err_file, STDERR_FILENO) >= 0)
		execve(program, words, environment);
	_exit(98);
}

/* The program's end of a terminal at which cli->typed has been typed. */
static int
open_terminal(const test_cli *cli)
{
	int slave;

	terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	ck_assert_int_ge(terminal, 0);
	ck_assert_int_eq(grantpt(terminal), 0);
	ck_assert_int_eq(unlockpt(terminal), 0);
	slave = open(ptsname(terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
	ck_assert_int_ge(slave, 0);
	ck_assert_int_eq(
	    write(terminal, cli->typed, strlen(cli->typed)), (ssize_t)strlen(cli->typed));
	return slave;
}

pid_t
test_cli_start(test_cli *cli, const char *const args[])
{
	int in = cli->typed != NULL ? open_terminal(cli)
				    : memory_file(cli->input != NULL ? cli->input : "");
	pid_t pid;

	out_file = memory_file(NULL);
	err_file = cli->typed != NULL ? dup(in) : memory_file(NULL);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		become(cli, in, args);
	close(in);
	return pid;
}

static void
take_file(int *fd, char **text)
{
	struct stat info;

	free(*text);
	ck_assert_int_eq(fstat(*fd, &info), 0);
	*text = calloc(1, (size_t)info.st_size + 1);
	ck_assert_ptr_nonnull(*text);
	ck_assert_int_eq(pread(*fd, *text, (size_t)info.st_size, 0), info.st_size);
	close(*fd);
	*fd = -1;
}

/* What the terminal showed, until the program has let go of it. */
static void
take_terminal(char **text)
{
	char chunk[4096];
	size_t len = 0;
	ssize_t got;

	close(err_file);
	err_file = -1;
	free(*text);
	*text = calloc(1, 1);
	while ((got = read(terminal, chunk, sizeof(chunk))) > 0) {
		*text = realloc(*text, len + (size_t)got + 1);
		ck_assert_ptr_nonnull(*text);
		memcpy(*text + len, chunk, (size_t)got);
		len += (size_t)got;
		(*text)[len] = '\0';
	}
	close(terminal);
	terminal = -1;
}

void
test_cli_wait(test_cli *cli, pid_t pid)
{
	int status;

	/* First: a terminal that nobody reads fills, and holds the program up. */
	if (terminal >= 0)
		take_terminal(&cli->err);
	while (waitpid(pid, &status, 0) < 0)
		ck_assert_int_eq(errno, EINTR);
	cli->exit = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	take_file(&out_file, &cli->out);
	if (err_file >= 0)
		take_file(&err_file, &cli->err);
}

void
test_cli_run(test_cli *cli, const char *const args[])
{
	test_cli_wait(cli, test_cli_start(cli, args));
}

json_t *
test_cli_document(const test_cli *cli)
{
	json_error_t error;
	json_t *document = json_loads(cli->out, JSON_REJECT_DUPLICATES, &error);

	ck_assert_msg(document != NULL, "%s: %s", error.text, cli->out);
	ck_assert_int_eq(json_integer_value(json_object_get(document, "version")), 1);
	ck_assert_int_eq(
	    json_integer_value(json_object_get(document, "exit")), cli->exit);
	ck_assert_int_eq(json_is_true(json_object_get(document, "ok")), cli->exit == 0);
	return document;
}

void
test_cli_write(const test_cli *cli, const char *name, const char *text)
{
	char path[512];
	char *slash;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", cli->directory, name);
	slash = strrchr(path, '/');
	*slash = '\0';
	ck_assert(mkdir(path, 0777) == 0 || errno == EEXIST);
	*slash = '/';
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}
