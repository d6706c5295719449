/* SPDX-License-Identifier: MIT */
/* Completion scripts: the first word that is no flag is the command. */
#include "text.h"

#include <string.h>

/* Text in single quotes for any of the three shells; fish and zsh read \ apart. */
static void
write_quoted(FILE *to, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			fputs("'\\''", to);
		else
			fputc(*text, to);
	}
}

static void
write_flag_names(FILE *to, const cli_command *command)
{
	for (const cli_flag *flag = flags; flag->name != NULL; flag++)
		if (flag_is_for(flag, command))
			fprintf(to, " --%s%s", flag->name,
			    flag->argument != NULL && flag->fallback == NULL ? "=" : "");
}

static void
write_choices(FILE *to, const cli_command *command)
{
	for (size_t i = 0; command->choices != NULL && command->choices[i] != NULL; i++)
		fprintf(to, "%s%s", i > 0 ? " " : "", command->choices[i]);
}

/* What the command's operands are said to be: "FILE", "[FILE...]". */
static bool
takes_files(const cli_command *command)
{
	return strstr(command->operands, "FILE") != NULL;
}

static bool
takes_commands(const cli_command *command)
{
	return strstr(command->operands, "COMMAND") != NULL;
}

static void
write_command_names(FILE *to)
{
	for (const cli_command *command = commands; command->name != NULL; command++)
		fprintf(to, "%s%s", command == commands ? "" : " ", command->name);
}

static void
write_bash_cases(FILE *to)
{
	for (const cli_command *command = commands; command->name != NULL; command++) {
		fprintf(to, "\t%s) flags='", command->name);
		write_flag_names(to, command);
		fputs("'; words='", to);
		write_choices(to, command);
		if (takes_commands(command))
			write_command_names(to);
		fprintf(to, "'%s ;;\n", takes_files(command) ? "; files=-f" : "");
	}
}

static void
write_bash_values(FILE *to)
{
	for (const cli_flag *flag = flags; flag->name != NULL; flag++) {
		if (flag->argument == NULL)
			continue;
		fprintf(to, "\t--%s) ", flag->name);
		if (flag->completes == COMPLETES_FILES)
			fputs("COMPREPLY=($(compgen -f -- \"$value\")); return ;;\n", to);
		else if (flag->completes == COMPLETES_FOLDERS)
			fputs("COMPREPLY=($(compgen -d -- \"$value\")); return ;;\n", to);
		else
			fputs("return ;;\n", to);
	}
}

void
completion_write_bash(FILE *to, const cli_command *all)
{
	fputs(
	    "# bash completion for aet-db\n"
	    "_aet_db()\n{\n"
	    "\tlocal word=${COMP_WORDS[COMP_CWORD]} name='' value='' command='' flags=''"
	    " words='' files='' i\n"
	    "\tCOMPREPLY=()\n"
	    "\tif [[ $word == = ]]; then name=${COMP_WORDS[COMP_CWORD-1]}\n"
	    "\telif [[ ${COMP_WORDS[COMP_CWORD-1]} == = ]]; then\n"
	    "\t\tname=${COMP_WORDS[COMP_CWORD-2]} value=$word\n"
	    "\telse name=${COMP_WORDS[COMP_CWORD-1]} value=$word; fi\n"
	    "\tcase $name in\n",
	    to);
	write_bash_values(to);
	fputs("\tesac\n"
	      "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	      "\t\tcase ${COMP_WORDS[i]} in\n",
	    to);
	for (const cli_command *command = all; command->name != NULL; command++)
		fprintf(to, "%s%s", command == all ? "\t\t" : "|", command->name);
	fputs(") command=${COMP_WORDS[i]}; break ;;\n\t\tesac\n\tdone\n"
	      "\tcase $command in\n",
	    to);
	write_bash_cases(to);
	fputs("\t*) words='", to);
	write_command_names(to);
	fputs("'; flags=' --help --version' ;;\n\tesac\n"
	      "\tif [[ $word == -* ]]; then words=$flags files=''; fi\n"
	      "\tCOMPREPLY=($(compgen $files -W \"$words\" -- \"$word\"))\n"
	      "\tif [[ ${COMPREPLY[0]} == *= ]]; then compopt -o nospace; fi\n"
	      "}\n"
	      "complete -F _aet_db aet-db\n",
	    to);
}

/* In an _arguments specification [ ] and : are its own. */
static void
write_zsh_text(FILE *to, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			fputs("'\\''", to);
		else if (*text == '[' || *text == ']' || *text == ':')
			fprintf(to, "\\%c", *text);
		else
			fputc(*text, to);
	}
}

static void
write_zsh_flag(FILE *to, const cli_flag *any, const cli_command *command)
{
	const cli_flag worded = flag_worded(any, command), *flag = &worded;

	fprintf(
	    to, " \\\n\t\t\t'--%s%s[", flag->name, flag->argument != NULL ? "=-" : "");
	write_zsh_text(to, flag->text);
	fputc(']', to);
	if (flag->argument != NULL)
		fprintf(to, "%s%s:%s", flag->fallback != NULL ? "::" : ":",
		    flag->argument,
		    flag->completes == COMPLETES_FILES     ? "_files"
		    : flag->completes == COMPLETES_FOLDERS ? "_files -/"
							   : " ");
	fputc('\'', to);
}

void
completion_write_zsh(FILE *to, const cli_command *all)
{
	fputs("#compdef aet-db\n"
	      "_aet_db()\n{\n"
	      "\tlocal -a names\n"
	      "\tlocal name=''\n"
	      "\tnames=(\n",
	    to);
	for (const cli_command *command = all; command->name != NULL; command++) {
		fprintf(to, "\t\t'%s:", command->name);
		write_quoted(to, command->summary);
		fputs("'\n", to);
	}
	fputs("\t)\n"
	      "\tfor name in ${words[2,CURRENT-1]} ''; do\n"
	      "\t\t(( ${names[(I)$name:*]} )) && break\n"
	      "\tdone\n"
	      "\tcase $name in\n",
	    to);
	for (const cli_command *command = all; command->name != NULL; command++) {
		fprintf(to, "\t%s)\n\t\t_arguments", command->name);
		for (const cli_flag *flag = flags; flag->name != NULL; flag++)
			if (flag_is_for(flag, command))
				write_zsh_flag(to, flag, command);
		fputs(" \\\n\t\t\t'1: : '", to);
		if (command->choices != NULL) {
			fputs(" \\\n\t\t\t'2: :(", to);
			write_choices(to, command);
			fputs(")'", to);
		}
		if (takes_files(command))
			fputs(" \\\n\t\t\t'*: :_files'", to);
		if (takes_commands(command)) {
			fputs(" \\\n\t\t\t'2: :(", to);
			write_command_names(to);
			fputs(")'", to);
		}
		fputs("\n\t\t;;\n", to);
	}
	fputs("\t*) _describe command names ;;\n"
	      "\tesac\n}\n"
	      /* In a folder of fpath it is loaded by being called. */
	      "if [[ $funcstack[1] == _aet-db ]]; then _aet_db \"$@\"\n"
	      "else compdef _aet_db aet-db; fi\n",
	    to);
}

/* Whether command is among those that the line is for: those that have the same
 * words for the flag as the first of them. */
static bool
shares_line(const cli_flag *flag, const cli_command *first, const cli_command *command)
{
	return flag_is_for(flag, command) && strcmp(flag_worded(flag, command).text,
						 flag_worded(flag, first).text) == 0;
}

static void
write_fish_condition(FILE *to, const cli_flag *flag, const cli_command *first)
{
	if (flag_is_global(flag))
		return;
	fputs(" -n '__fish_seen_subcommand_from", to);
	for (const cli_command *command = first; command->name != NULL; command++)
		if (shares_line(flag, first, command))
			fprintf(to, " %s", command->name);
	fputc('\'', to);
}

static void
write_fish_line(FILE *to, const cli_flag *flag, const cli_command *first)
{
	/* fish refuses -f and -F together, and the flag with them. */
	fprintf(
	    to, "complete -c aet-db%s", flag->completes == COMPLETES_FILES ? "" : " -f");
	write_fish_condition(to, flag, first);
	fprintf(to, " -l %s", flag->name);
	if (flag->letter != 0)
		fprintf(to, " -s %c", flag->letter);
	if (flag->argument != NULL && flag->fallback == NULL)
		fputs(" -r", to);
	if (flag->completes == COMPLETES_FILES)
		fputs(" -F", to);
	if (flag->completes == COMPLETES_FOLDERS)
		fputs(" -a '(__fish_complete_directories)'", to);
	fputs(" -d '", to);
	write_quoted(to, flag_worded(flag, first).text);
	fputs("'\n", to);
}

/* A line for each wording of the flag. */
static void
write_fish_flag(FILE *to, const cli_flag *flag)
{
	const cli_command *command = commands;

	if (flag_is_global(flag)) {
		write_fish_line(to, flag, command);
		return;
	}
	for (; command->name != NULL; command++) {
		const cli_command *first = commands;

		while (first < command && !shares_line(flag, command, first))
			first++;
		if (first == command && flag_is_for(flag, command))
			write_fish_line(to, flag, command);
	}
}

void
completion_write_fish(FILE *to, const cli_command *all)
{
	fputs("# fish completion for aet-db\n", to);
	for (const cli_command *command = all; command->name != NULL; command++) {
		fprintf(to, "complete -c aet-db -f -n __fish_use_subcommand -a %s -d '",
		    command->name);
		write_quoted(to, command->summary);
		fputs("'\n", to);
		if (takes_files(command))
			fprintf(to,
			    "complete -c aet-db -F -n '__fish_seen_subcommand_from %s'\n",
			    command->name);
		if (command->choices == NULL && !takes_commands(command))
			continue;
		fprintf(to,
		    "complete -c aet-db -f -n '__fish_seen_subcommand_from %s' -a '",
		    command->name);
		write_choices(to, command);
		if (takes_commands(command))
			write_command_names(to);
		fputs("'\n", to);
	}
	for (const cli_flag *flag = flags; flag->name != NULL; flag++)
		write_fish_flag(to, flag);
}
