/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aeturnis/export.h>

#include "core/memory.h"
#include "suggest.h"

#define MAX_FLAGS 64
/* getopt's value for flag n: past the letters, so that the two never meet. */
#define FLAG_VALUE 256

typedef struct cli_parser {
	cli_options *opts;
	uint64_t given;
} cli_parser;

static void complain(cli_parser *parser, const char *format, ...) AET_PRINTF(2, 3);

/* The first mistake stays. */
static void
complain(cli_parser *parser, const char *format, ...)
{
	va_list args;

	if (parser->opts->mistake[0] != '\0')
		return;
	va_start(args, format);
	vsnprintf(parser->opts->mistake, USAGE_MESSAGE_SIZE, format, args);
	va_end(args);
}

bool
duration_parse(const char *text, int *ms)
{
	static const struct {
		const char *unit;
		long long ms;
	} units[] = { { "ms", 1 }, { "s", 1000 }, { "", 1000 }, { "m", 60000 } };
	char *end;
	long long number;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	number = strtoll(text, &end, 10);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(end, units[i].unit) != 0)
			continue;
		if (errno != 0 || number > INT_MAX / units[i].ms)
			return false;
		*ms = (int)(number * units[i].ms);
		return true;
	}
	return false;
}

const cli_command *
command_find(const char *name)
{
	for (const cli_command *command = commands; command->name != NULL; command++)
		if (strcmp(command->name, name) == 0)
			return command;
	return NULL;
}

bool
flag_is_global(const cli_flag *flag)
{
	return flag->commands == ANY_COMMAND;
}

bool
flag_is_for(const cli_flag *flag, const cli_command *command)
{
	return (flag->commands & (UINT32_C(1) << (command - commands))) != 0;
}

/* A password in a URL must not stay where every user's ps(1) shows it. */
static const char *
take_secret(cli_parser *parser, char *argument)
{
	cli_options *opts = parser->opts;
	char *copy = NULL;

	if (opts->secret_count == MAX_SECRETS) {
		complain(parser, "too many connection strings are given");
	} else {
		copy = aet__memory_text(argument);
		if (copy == NULL)
			complain(parser, "out of memory");
		else
			opts->secrets[opts->secret_count++] = copy;
	}
	memset(argument, '*', strlen(argument));
	return copy;
}

static void
take_text(cli_parser *parser, const cli_flag *flag, cli_texts *texts, const char *value)
{
	if (texts->count == MAX_TEXTS)
		complain(parser, "--%s is given too often", flag->name);
	else
		texts->items[texts->count++] = value;
}

static void
take_flag(cli_parser *parser, const cli_flag *flag, char *argument)
{
	char *field = (char *)parser->opts + flag->field;
	const char *value = argument != NULL ? argument : flag->fallback;

	parser->given |= UINT64_C(1) << (flag - flags);
	switch (flag->kind) {
	case FLAG_SWITCH:
		*(bool *)(void *)field = true;
		break;
	case FLAG_TEXT:
	case FLAG_OPTIONAL_TEXT:
		if (value[0] == '\0')
			complain(parser, "--%s is empty", flag->name);
		*(const char **)(void *)field =
		    flag->secret ? take_secret(parser, argument) : value;
		break;
	case FLAG_TEXTS:
		take_text(parser, flag, (cli_texts *)(void *)field, value);
		break;
	case FLAG_DURATION:
	case FLAG_OPTIONAL_DURATION:
		if (!duration_parse(value, (int *)(void *)field))
			complain(parser, "--%s: \"%s\" is no time; write 500ms, 3s or 2m",
			    flag->name, value);
		break;
	}
}

/* A connection string where none belongs is not to be repeated. */
static bool
may_hold_password(const char *operand)
{
	return strstr(operand, "://") != NULL || strchr(operand, '=') != NULL;
}

static void
take_operand(cli_parser *parser, const char *operand)
{
	cli_options *opts = parser->opts;
	const char *near;

	if (opts->command != NULL) {
		if (opts->operand_count < MAX_OPERANDS)
			opts->operands[opts->operand_count] = operand;
		opts->operand_count++;
		return;
	}
	opts->command = command_find(operand);
	if (opts->command != NULL)
		return;
	near = suggest_command(operand);
	if (may_hold_password(operand))
		complain(
		    parser, "a command comes first; a connection string goes with --url");
	else if (near != NULL)
		complain(parser, "there is no command \"%s\"; did you mean \"%s\"?",
		    operand, near);
	else
		complain(
		    parser, "there is no command \"%s\"; see aet-db --help", operand);
}

static void
unknown_flag(cli_parser *parser, const char *word)
{
	size_t len = strcspn(word, "=");
	const char *near;
	char name[64];

	if (optopt >= FLAG_VALUE) {
		complain(parser, "--%s takes no value", flags[optopt - FLAG_VALUE].name);
		return;
	}
	if (optopt != 0) {
		complain(parser, "there is no flag -%c", optopt);
		return;
	}
	snprintf(name, sizeof(name), "%.*s", (int)(len < 60 ? len : 60), word);
	near = suggest_flag(name, parser->opts->command);
	if (near != NULL)
		complain(parser, "there is no flag \"%s\"; did you mean \"--%s\"?", name,
		    near);
	else
		complain(parser, "there is no flag \"%s\"", name);
}

static void
missing_value(cli_parser *parser)
{
	if (optopt >= FLAG_VALUE) {
		const cli_flag flag =
		    flag_worded(&flags[optopt - FLAG_VALUE], parser->opts->command);

		complain(parser, "--%s needs a value: --%s=%s", flag.name, flag.name,
		    flag.argument);
	} else {
		complain(parser, "-%c needs a value", optopt);
	}
}

static int
argument_rule(const cli_flag *flag)
{
	switch (flag->kind) {
	case FLAG_SWITCH:
		return no_argument;
	case FLAG_OPTIONAL_TEXT:
	case FLAG_OPTIONAL_DURATION:
		return optional_argument;
	default:
		return required_argument;
	}
}

/* The table as getopt_long(3) wants it. */
static void
build_getopt(struct option *longs, char *shorts)
{
	/* "-": operands in their places, whatever POSIXLY_CORRECT says; ":": tell a
	 * missing value from an unknown flag. */
	*shorts++ = '-';
	*shorts++ = ':';
	for (size_t i = 0; flags[i].name != NULL; i++) {
		int rule = argument_rule(&flags[i]);

		longs[i] =
		    (struct option){ flags[i].name, rule, NULL, FLAG_VALUE + (int)i };
		if (flags[i].letter == 0)
			continue;
		*shorts++ = flags[i].letter;
		for (int colons = 0; colons < rule; colons++)
			*shorts++ = ':';
	}
	*shorts = '\0';
}

static const cli_flag *
flag_of(int value)
{
	if (value >= FLAG_VALUE)
		return &flags[value - FLAG_VALUE];
	for (const cli_flag *flag = flags; flag->name != NULL; flag++)
		if (flag->letter == value)
			return flag;
	return NULL;
}

static void
complain_of_operand(cli_parser *parser, const char *operand)
{
	const char *name = parser->opts->command->name;

	if (may_hold_password(operand))
		complain(parser, "%s takes a connection string only with --url", name);
	else
		complain(parser, "%s does not take \"%s\"", name, operand);
}

/* Rules that only the whole line can be held to. */
static void
check_whole(cli_parser *parser)
{
	const cli_options *opts = parser->opts;
	const cli_command *command = opts->command;

	if (command == NULL)
		return;
	for (size_t i = 0; flags[i].name != NULL; i++)
		if ((parser->given & (UINT64_C(1) << i)) != 0 &&
		    !flag_is_for(&flags[i], command))
			complain(parser, "%s does not take --%s", command->name,
			    flags[i].name);
	if (opts->help)
		return;
	if (opts->lock_timeout_ms == 0)
		complain(parser, "--lock-timeout=0 would have the game queue behind a "
				 "migration for ever; write 3s");
	if (opts->operand_count > command->most)
		complain_of_operand(parser, opts->operands[command->most]);
	if (opts->operand_count < command->least)
		complain(parser, "%s needs %s", command->name, command->operands);
	if (opts->program != NULL && !command->takes_program)
		complain(
		    parser, "%s runs no program: nothing may follow --", command->name);
	if (opts->program != NULL && opts->program[0] == NULL)
		complain(parser, "no program follows --");
}

void
options_parse(cli_options *opts, int argc, char **argv)
{
	struct option longs[MAX_FLAGS] = { 0 };
	char shorts[3 * MAX_FLAGS + 3];
	cli_parser parser = { opts, 0 };
	int found;

	memset(opts, 0, sizeof(*opts));
	opts->wait_ms = -1;
	opts->lock_timeout_ms = -1;
	build_getopt(longs, shorts);
	opterr = 0;
	while ((found = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (found == 1)
			take_operand(&parser, optarg);
		else if (found == ':')
			missing_value(&parser);
		else if (found == '?')
			unknown_flag(&parser, argv[optind - 1]);
		else
			take_flag(&parser, flag_of(found), optarg);
	}
	if (optind > 0 && optind <= argc && strcmp(argv[optind - 1], "--") == 0)
		opts->program = argv + optind;
	check_whole(&parser);
}

void
options_free(cli_options *opts)
{
	for (size_t i = 0; i < opts->secret_count; i++) {
		aet__memory_wipe_text(opts->secrets[i]);
		free(opts->secrets[i]);
	}
	opts->secret_count = 0;
}
