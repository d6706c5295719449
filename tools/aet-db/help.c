/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <string.h>

#define WIDTH 78
/* Where explanations begin, so that most names fit before them. */
#define COMMAND_MARGIN 14
#define FLAG_MARGIN 28
#define EXIT_MARGIN 8
#define SETTING_MARGIN 34

const exit_meaning exit_meanings[] = {
	{ 0, "Done." },
	{ 1, "Failed." },
	{ 2, "The command line is wrong, or no database is named." },
	{ 3, "The database cannot be reached." },
	{ 4, "Something is pending, stale or different." },
	{ 5, "Consent is needed; the message names the flag that gives it." },
	{ 6, "A lock was held by somebody else for too long." },
	{ 130,
	    "Interrupted (SIGINT; SIGTERM: 143, SIGHUP: 129); what was not committed is "
	    "rolled back." },
	{ 0, NULL },
};

const cli_setting settings[] = {
	{ "DATABASE_URL", "The database: a libpq URI or keyword string." },
	{ "AETURNIS_ENV", "The environment's name: chooses .env.NAME beside .env; "
			  "\"production\" refuses reset and demonstration passwords." },
	{ "AETURNIS_SEED_ADMIN_PASSWORD",
	    "The administrator's password for seed and reset." },
	{ "AETURNIS_SEED_TEST_PASSWORD", "The test user's password for seed and reset." },
	{ "AET_PG_BINDIR", "Where initdb and postgres are." },
	{ "NO_COLOR", "No colour." },
	{ NULL, NULL },
};

/* Writes text in lines of at most WIDTH, from column at to margin's paragraph. */
static void
write_wrapped(FILE *to, const char *text, size_t at, size_t margin)
{
	while (*text != '\0') {
		size_t word = strcspn(text, " ");

		if (at > margin && at + 1 + word > WIDTH) {
			fputc('\n', to);
			at = 0;
		}
		if (at < margin) {
			fprintf(to, "%*s", (int)(margin - at), "");
			at = margin;
		} else if (at > margin) {
			fputc(' ', to);
			at++;
		}
		fwrite(text, 1, word, to);
		at += word;
		text += word + strspn(text + word, " ");
	}
	fputc('\n', to);
}

static void
write_row(FILE *to, size_t margin, const char *head, const char *text)
{
	size_t at = strlen(head);

	fputs(head, to);
	if (at + 2 > margin) {
		fputc('\n', to);
		at = 0;
	}
	write_wrapped(to, text, at, margin);
}

static void
write_flag(FILE *to, const cli_flag *any, const cli_command *command)
{
	char head[80];
	const char *before = "", *after = "";
	const cli_flag worded = flag_worded(any, command), *flag = &worded;
	const char *argument = flag->argument != NULL ? flag->argument : "";

	if (flag->argument != NULL)
		before = flag->fallback != NULL ? "[=" : "=";
	if (flag->fallback != NULL)
		after = "]";
	if (flag->letter != 0)
		snprintf(head, sizeof(head), "  -%c, --%s%s%s%s", flag->letter,
		    flag->name, before, argument, after);
	else
		snprintf(head, sizeof(head), "      --%s%s%s%s", flag->name, before,
		    argument, after);
	write_row(to, FLAG_MARGIN, head, flag->text);
}

void
usage_write(FILE *to, const cli_command *command)
{
	if (command == NULL)
		fputs("usage: aet-db COMMAND [FLAG...]\n", to);
	else
		fprintf(to, "usage: aet-db %s [FLAG...]%s%s\n", command->name,
		    command->operands[0] != '\0' ? " " : "", command->operands);
}

static void
write_flags(FILE *to, const cli_command *command, bool global)
{
	fprintf(to, "\n%s\n", global ? "Flags of every command:" : "Flags:");
	for (const cli_flag *flag = flags; flag->name != NULL; flag++)
		if (flag_is_global(flag) == global &&
		    (command == NULL || flag_is_for(flag, command)))
			write_flag(to, flag, command);
}

static bool
has_own_flags(const cli_command *command)
{
	for (const cli_flag *flag = flags; flag->name != NULL; flag++)
		if (!flag_is_global(flag) && flag_is_for(flag, command))
			return true;
	return false;
}

static void
write_overview(FILE *to)
{
	char head[80];

	fputs("\nMigrates, seeds, compares and explains the database of a game server.\n"
	      "\nCommands:\n",
	    to);
	for (const cli_command *command = commands; command->name != NULL; command++) {
		snprintf(head, sizeof(head), "  %s", command->name);
		write_row(to, COMMAND_MARGIN, head, command->summary);
	}
	write_flags(to, NULL, true);
	fputs("\nExit status:\n", to);
	for (const exit_meaning *meaning = exit_meanings; meaning->text != NULL;
	     meaning++) {
		snprintf(head, sizeof(head), "  %d", meaning->code);
		write_row(to, EXIT_MARGIN, head, meaning->text);
	}
	fputs("\nSettings, from the environment, then .env:\n", to);
	for (const cli_setting *setting = settings; setting->name != NULL; setting++) {
		snprintf(head, sizeof(head), "  %s", setting->name);
		write_row(to, SETTING_MARGIN, head, setting->text);
	}
	fputs("\nFlags may stand anywhere. A time is 500ms, 3s or 2m.\n"
	      "aet-db COMMAND --help explains a command.\n",
	    to);
}

void
help_write(FILE *to, const cli_command *command)
{
	usage_write(to, command);
	if (command == NULL) {
		write_overview(to);
		return;
	}
	fputc('\n', to);
	write_wrapped(to, command->text, 0, 0);
	if (has_own_flags(command))
		write_flags(to, command, false);
	write_flags(to, command, true);
}
