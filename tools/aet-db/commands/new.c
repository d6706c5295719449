/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "commands/numbering.h"
#include "core/text.h"

#define FILE_NAME_SIZE 160

static int
fail_errno(cli_context *cli, const char *what, const char *name)
{
	cli_failure failure = { .exit = EXIT_FAILED };

	aet_error_set(
	    &failure.error, AET_EINVAL, "%s \"%s\": %s", what, name, strerror(errno));
	return output_fail(&cli->output, &failure);
}

static bool
write_template(int fd, const char *file)
{
	aet__text text = { 0 };
	const char *at;
	size_t left;

	aet__text_addf(&text,
	    "-- %s: what it changes, and why.\n"
	    "--\n"
	    "-- Runs in one transaction together with its journal row: no BEGIN and no\n"
	    "-- COMMIT is wanted. What cannot run in one, such as CREATE INDEX\n"
	    "-- CONCURRENTLY, goes into a file whose first line is\n"
	    "-- \"-- aet: no-transaction\". Once applied, a file is not edited again.\n"
	    "\n",
	    file);
	left = text.len;
	for (at = aet__text_view(&text); left > 0 && aet__text_ok(&text);) {
		ssize_t wrote = write(fd, at, left);

		if (wrote <= 0)
			break;
		at += wrote;
		left -= (size_t)wrote;
	}
	aet__text_free(&text);
	return left == 0;
}

static int
create(cli_context *cli, int folder, const char *dir, const char *file)
{
	int fd;
	bool written;

	if (!cli->options.dry_run) {
		fd = openat(folder, file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd < 0)
			return fail_errno(cli, "cannot make the file", file);
		written = write_template(fd, file);
		if (close(fd) != 0 || !written) {
			int code = fail_errno(cli, "cannot write the file", file);

			unlinkat(folder, file, 0);
			return code;
		}
	}
	output_line(&cli->output, "%s/%s", dir, file);
	output_set(&cli->output, "path", json_sprintf("%s/%s", dir, file));
	return EXIT_DONE;
}

/* Under a lock on the folder: two at once must not take one number. */
static int
create_next(cli_context *cli, int folder, const char *dir, const char *slug)
{
	char file[FILE_NAME_SIZE];
	numbering number;

	if (flock(folder, LOCK_EX) != 0 || !numbering_read(folder, &number))
		return fail_errno(cli, "cannot give the next number in", dir);
	snprintf(
	    file, sizeof(file), "%0*" PRId64 "_%s.sql", number.width, number.next, slug);
	return create(cli, folder, dir, file);
}

int
run_new(cli_context *cli)
{
	const char *dir = cli->options.dir != NULL ? cli->options.dir : DEFAULT_DIR;
	char slug[SLUG_SIZE];
	int folder, code;

	if (!numbering_slug(cli->options.operands[0], slug))
		return output_usage(&cli->output,
		    "the name must hold letters or digits, at most %d", SLUG_SIZE - 1);
	if (!cli->options.dry_run && mkdir(dir, 0777) == 0)
		output_note(&cli->output, "made the folder %s", dir);
	folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return fail_errno(cli, "cannot open the folder", dir);
	code = create_next(cli, folder, dir, slug);
	close(folder);
	return code;
}
