/* SPDX-License-Identifier: MIT */
/* The manual page in the man(7) macros. */
#include "text.h"

#include <string.h>

#include <aeturnis/version.h>

/* A dash that is to be typed is \-; a line must not begin with a dot. */
static void
write_escaped(FILE *to, const char *text)
{
	if (text[0] == '.' || text[0] == '\'')
		fputs("\\&", to);
	for (; *text != '\0'; text++) {
		if (*text == '-')
			fputs("\\-", to);
		else if (*text == '\\')
			fputs("\\e", to);
		else
			fputc(*text, to);
	}
}

static void
write_paragraph(FILE *to, const char *text)
{
	write_escaped(to, text);
	fputc('\n', to);
}

/* What the flag is to some commands, once for those that say the same. */
static void
write_wordings(FILE *to, const cli_flag *flag)
{
	const cli_wording *before = NULL;

	for (const cli_wording *own = wordings; own->flag != NULL; own++) {
		if (strcmp(own->flag, flag->name) != 0)
			continue;
		if (before != NULL && strcmp(before->text, own->text) == 0) {
			fprintf(to, ", \\fB%s\\fR", commands[own->command].name);
			continue;
		}
		if (before != NULL) {
			fputs(": ", to);
			write_paragraph(to, before->text);
		}
		fprintf(to, "Of \\fB%s\\fR", commands[own->command].name);
		before = own;
	}
	if (before != NULL) {
		fputs(": ", to);
		write_paragraph(to, before->text);
	}
}

static void
write_flag(FILE *to, const cli_flag *flag)
{
	fputs(".TP\n", to);
	if (flag->letter != 0)
		fprintf(to, "\\fB\\-%c\\fR, ", flag->letter);
	fputs("\\fB\\-\\-", to);
	write_escaped(to, flag->name);
	fputs("\\fR", to);
	if (flag->argument != NULL)
		fprintf(to, "%s=\\fI%s\\fR%s", flag->fallback != NULL ? "[" : "",
		    flag->argument, flag->fallback != NULL ? "]" : "");
	fputc('\n', to);
	write_paragraph(to, flag->text);
	write_wordings(to, flag);
}

static void
write_flags_of(FILE *to, const cli_command *command)
{
	const char *between = "Flags: ";

	for (const cli_flag *flag = flags; flag->name != NULL; flag++) {
		if (flag_is_global(flag) || !flag_is_for(flag, command))
			continue;
		fputs(between, to);
		fputs("\\fB\\-\\-", to);
		write_escaped(to, flag->name);
		fputs("\\fR", to);
		between = ", ";
	}
	if (between[0] == ',')
		fputs(".\n", to);
}

static void
write_commands(FILE *to, const cli_command *all)
{
	fputs(".SH COMMANDS\n", to);
	for (const cli_command *command = all; command->name != NULL; command++) {
		fprintf(to, ".TP\n\\fB%s\\fR%s%s\n", command->name,
		    command->operands[0] != '\0' ? " " : "", command->operands);
		write_paragraph(to, command->text);
		write_flags_of(to, command);
	}
}

void
manual_write(FILE *to, const cli_command *all)
{
	fputs(".TH AET\\-DB 1 \"\" \"libaeturnis\\-db " AET_VERSION_STRING "\"\n"
	      ".SH NAME\naet\\-db \\- migrate, seed and compare the database of a game "
	      "server\n"
	      ".SH SYNOPSIS\n.B aet\\-db\n.I COMMAND\n[\\fIFLAG\\fR...]\n"
	      ".SH DESCRIPTION\n"
	      "The result goes to standard output, everything else to standard error.\n"
	      "Flags may stand anywhere before \\-\\-. A time is 500ms, 3s or 2m.\n",
	    to);
	write_commands(to, all);
	fputs(".SH FLAGS\n", to);
	for (const cli_flag *flag = flags; flag->name != NULL; flag++)
		write_flag(to, flag);
	fputs(".SH EXIT STATUS\n", to);
	for (const exit_meaning *meaning = exit_meanings; meaning->text != NULL;
	     meaning++) {
		fprintf(to, ".TP\n%d\n", meaning->code);
		write_paragraph(to, meaning->text);
	}
	fputs(
	    ".SH ENVIRONMENT\nEach may also stand in .env; the environment wins.\n", to);
	for (const cli_setting *setting = settings; setting->name != NULL; setting++) {
		fprintf(to, ".TP\n\\fB%s\\fR\n", setting->name);
		write_paragraph(to, setting->text);
	}
}
