/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands/generating.h"
#include "commands/numbering.h"
#include "target.h"

/* The migrations are replayed once: what the new files are tried on is a copy. */
static aet_status
keep_copy(generating *g, aet_error *err)
{
	g->before = NULL;
	if (g->cli->options.check || !change_replay_has_any(&g->replay))
		return AET_OK;
	return diff_scratch_clone(
	    &g->scratch, &g->memory, g->work.working, &g->before, err);
}

static void
add_flags(generating *g)
{
	for (size_t i = 0; i < g->flags.count; i++)
		*change_rename_add(&g->memory, &g->work.renames) = g->flags.items[i];
}

/* ---- the plan ------------------------------------------------------------ */

static aet_status
make_once(generating *g, aet_error *err)
{
	const cli_options *given = &g->cli->options;
	aet_status status;

	memset(&g->work, 0, sizeof(g->work));
	g->work.memory = &g->memory;
	g->work.deadline = g->deadline;
	g->work.transactional = given->transactional;
	g->work.working_loaded = true;
	g->work.target_loaded = true;
	change_leave_journal(&g->work, generating_journal(g));
	status = generating_load_sides(g, err);
	add_flags(g);
	if (status == AET_OK)
		status = keep_copy(g, err);
	if (status == AET_OK)
		status = generating_make(g, err);
	if (status == AET_OK && given->url != NULL)
		status = change_estimate(&g->work, given->url, err);
	return status;
}

/* Until nobody has a question to be asked. */
static aet_status
make(generating *g, aet_error *err)
{
	const cli_options *given = &g->cli->options;
	bool again = true;
	aet_status status = AET_OK;

	while (status == AET_OK && again) {
		status = make_once(g, err);
		again = false;
		if (status == AET_OK && !given->check && !given->dry_run)
			status = generating_ask_renames(g, &again, err);
	}
	return status;
}

/* The command that was given, and the consent. */
static const char *
next_with_consent(generating *g)
{
	const cli_options *given = &g->cli->options;
	const char *next = "aet-db generate";

	if (given->operand_count > 0)
		next = codegen_format(&g->memory, "%s '%s'", next, given->operands[0]);
	if (given->dir != NULL)
		next = codegen_format(&g->memory, "%s --dir %s", next, given->dir);
	if (given->schema != NULL)
		next = codegen_format(&g->memory, "%s --schema %s", next, given->schema);
	if (given->transactional)
		next = codegen_format(&g->memory, "%s --transactional", next);
	for (size_t i = 0; i < given->renames.count; i++)
		next = codegen_format(
		    &g->memory, "%s --rename %s", next, given->renames.items[i]);
	return codegen_format(&g->memory, "%s --accept-data-loss", next);
}

static int
obtain_consent(generating *g)
{
	size_t losses = generating_losses(&g->work);

	if (losses == g->consented || g->cli->options.accept_data_loss ||
	    g->cli->options.dry_run)
		return EXIT_DONE;
	if (!generating_may_ask(g->cli))
		return generating_refuse(g, next_with_consent(g),
		    "this migration loses data (%zu hazard%s above), and wants the "
		    "consent "
		    "of --accept-data-loss; what is a rename is declared with --rename",
		    losses, losses == 1 ? "" : "s");
	if (generating_ask("Write a migration that loses this? [y/N] ") == 'y') {
		g->consented = losses;
		return EXIT_DONE;
	}
	return generating_refuse(g, NULL, "stopped: nothing was written");
}

/* ---- the files ----------------------------------------------------------- */

static aet_status
prove(generating *g, const change_files *files, aet_error *err)
{
	const char *url = g->before;
	aet_status status = AET_OK;

	if (url == NULL)
		status = diff_scratch_database(&g->scratch, &g->memory, &url, err);
	if (status == AET_OK)
		status = change_replay_with(
		    &g->memory, &g->replay, files, url, &g->migrated, err);
	if (status == AET_OK)
		status = change_compare(&g->work, url, true, err);
	return status;
}

/* Proves the files, and names what lint finds in them. */
static aet_status
try_files(generating *g, const change_files *files, aet_error *err)
{
	const char *copy = NULL;
	aet_status status = AET_OK;

	if (g->before != NULL && g->work.has_tables)
		status =
		    diff_scratch_clone(&g->scratch, &g->memory, g->before, &copy, err);
	if (status == AET_OK)
		status = prove(g, files, err);
	if (status == AET_OK && copy != NULL)
		generating_judge(g, files, copy);
	return status;
}

static void
tell_files(generating *g, const change_files *files)
{
	cli_output *out = &g->cli->output;

	for (size_t i = 0; i < files->count; i++) {
		const change_file *file = &files->items[i];

		if (g->cli->options.dry_run)
			output_line(out, "%s", file->text);
		else
			output_line(out, "%s/%s", g->replay.dir, file->name);
		output_append(out, "files",
		    json_pack("{s:o, s:b, s:s}", "path",
			json_sprintf("%s/%s", g->replay.dir, file->name), "transaction",
			file->part->mode != CHANGE_ALONE, "text", file->text));
	}
}

static int
fail_errno(generating *g, const char *what)
{
	aet_error err;

	(void)aet_error_set(
	    &err, AET_EINVAL, "%s \"%s\": %s", what, g->replay.dir, strerror(errno));
	return generating_fail(g, &err);
}

/* Under a lock on the folder: two at once must not take one number. */
static int
write_files(generating *g, int folder, const char *slug)
{
	numbering number = { 1, 4 };
	change_files files;
	aet_error err;
	int code;

	if (folder >= 0 &&
	    (flock(folder, LOCK_EX) != 0 || !numbering_read(folder, &number)))
		return fail_errno(g, "cannot give the next number in");
	change_files_make(&g->work, slug, number.next, number.width, &files);
	if (try_files(g, &files, &err) != AET_OK)
		return generating_fail(g, &err);
	generating_show_hazards(g);
	code = obtain_consent(g);
	if (code != EXIT_DONE)
		return code;
	change_files_make(&g->work, slug, number.next, number.width, &files);
	if (!g->cli->options.dry_run &&
	    change_files_write(&g->memory, folder, &files, &err) != AET_OK)
		return generating_fail(g, &err);
	tell_files(g, &files);
	return EXIT_DONE;
}

static int
write_migration(generating *g)
{
	const cli_options *given = &g->cli->options;
	const char *name = given->operand_count > 0 ? given->operands[0] : g->work.title;
	char slug[SLUG_SIZE];
	int folder, code;

	if (!numbering_slug(name, slug))
		return output_usage(&g->cli->output,
		    "the name must hold letters or digits, at most %d", SLUG_SIZE - 1);
	if (!given->dry_run && mkdir(g->replay.dir, 0777) == 0)
		output_note(&g->cli->output, "made the folder %s", g->replay.dir);
	folder = open(g->replay.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0 && !given->dry_run)
		return fail_errno(g, "cannot open the folder");
	code = write_files(g, folder, slug);
	if (folder >= 0)
		close(folder);
	return code;
}

/* ---- the command --------------------------------------------------------- */

static int
tell_stale(generating *g)
{
	for (size_t i = 0; i < g->work.part_count; i++)
		for (size_t j = 0; j < g->work.parts[i].count; j++) {
			const char *text = g->work.parts[i].statements[j];

			output_line(&g->cli->output, "%s;", text);
			output_append(&g->cli->output, "statements", json_string(text));
		}
	output_note(&g->cli->output,
	    "the migrations lag behind the schema: aet-db generate writes what is "
	    "missing");
	return EXIT_PENDING;
}

static int
generate(generating *g)
{
	aet_error err;
	int code;

	if (g->replay.dir == NULL)
		g->replay.dir = DEFAULT_DIR;
	if (make(g, &err) != AET_OK)
		return generating_fail(g, &err);
	if (g->work.part_count == 0) {
		output_note(&g->cli->output,
		    "no difference: the migrations make what %s says", g->schema);
		return EXIT_DONE;
	}
	generating_show_hazards(g);
	if (g->cli->options.check)
		return tell_stale(g);
	code = obtain_consent(g);
	return code == EXIT_DONE ? write_migration(g) : code;
}

int
run_generate(cli_context *cli)
{
	int code = target_load_environment(cli);

	if (code != EXIT_DONE)
		return code;
	output_set(&cli->output, "hazards", json_array());
	output_set(
	    &cli->output, cli->options.check ? "statements" : "files", json_array());
	return generating_run(cli, generate);
}
