/* SPDX-License-Identifier: MIT */
/*
 * The command line. One table of commands and one of flags (table.c): parsing,
 * --help, the completions and the manual page are all read off them, so that
 * none can promise what another does not keep.
 */
#ifndef AET_DB_OPTIONS_H
#define AET_DB_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cli_context;

/* Runs a command and returns the exit code. */
typedef int (*command_fn)(struct cli_context *cli);

typedef enum command_id {
	COMMAND_MIGRATE,
	COMMAND_STATUS,
	COMMAND_ROLLBACK,
	COMMAND_BASELINE,
	COMMAND_REPAIR,
	COMMAND_ADOPT,
	COMMAND_NEW,
	COMMAND_SEED,
	COMMAND_RESET,
	COMMAND_CHECK,
	COMMAND_CODEGEN,
	COMMAND_DIFF,
	COMMAND_LINT,
	COMMAND_GENERATE,
	COMMAND_PUSH,
	COMMAND_ROLES,
	COMMAND_AUDIT,
	COMMAND_PURGE,
	COMMAND_DEV,
	COMMAND_DOCTOR,
	COMMAND_COMPLETION,
	COMMAND_VERSION,
	COMMAND_HELP,
	COMMAND_COUNT
} command_id;

typedef struct cli_command {
	const char *name;
	const char *operands; /* as the usage line shows them; "" for none */
	const char *const
	    *choices; /* what the operand may be, NULL-ended; NULL: anything */
	size_t least; /* operands that must be there */
	size_t most;
	bool takes_program;  /* `-- PROGRAM [ARGUMENT...]` may follow */
	const char *summary; /* a few words for the list of commands */
	const char *text;    /* the paragraph that its own --help begins with */
	command_fn run;
} cli_command;

typedef enum flag_kind {
	FLAG_SWITCH,
	FLAG_TEXT,
	FLAG_OPTIONAL_TEXT, /* --name or --name=TEXT */
	FLAG_TEXTS,         /* may be given many times */
	FLAG_DURATION,
	FLAG_OPTIONAL_DURATION
} flag_kind;

/* What an argument names, for the shells to complete. */
typedef enum flag_completes {
	COMPLETES_NOTHING,
	COMPLETES_FILES,
	COMPLETES_FOLDERS
} flag_completes;

typedef struct cli_flag {
	const char *name;
	char letter; /* 0: none */
	flag_kind kind;
	size_t field;         /* where the value goes: offsetof(cli_options, ...) */
	const char *argument; /* as shown: "DIR"; NULL for a switch */
	const char *fallback; /* the value of --name alone; NULL where one is required */
	flag_completes completes;
	bool secret;       /* the argument is wiped from argv, where ps(1) shows it */
	uint32_t commands; /* bits 1 << command_id; ANY_COMMAND */
	const char *text;  /* one sentence for --help and the manual page */
} cli_flag;

/* What a flag is to one command, instead of what it is to the others. */
typedef struct cli_wording {
	command_id command;
	const char *flag;
	const char *argument; /* NULL: as the flag has it */
	const char *text;
} cli_wording;

#define ANY_COMMAND UINT32_MAX
#define MAX_OPERANDS 256
#define MAX_SECRETS 8
#define USAGE_MESSAGE_SIZE 256

#define MAX_TEXTS 64

typedef struct cli_texts {
	const char *items[MAX_TEXTS];
	size_t count;
} cli_texts;

typedef struct cli_options {
	const cli_command *command; /* NULL: none was named */
	const char *operands[MAX_OPERANDS];
	size_t operand_count;
	char **program; /* what followed `--`, NULL-ended; NULL without `--` */

	const char *url;
	const char *env_file;
	const char *dir;
	const char *source;
	const char *journal;
	const char *confirm;
	const char *persist;
	const char *config;
	const char *bindir;
	const char *schema;
	const char *migrations;
	const char *queries;
	const char *prefix;
	const char *out_include;
	const char *out_source;
	const char *manifest;
	const char *test;
	const char *from;
	const char *to;
	const char *shadow;
	cli_texts renames;
	const char *anchor;
	const char *actor;
	const char *event;
	const char *since;
	const char *until;
	const char *audit_before;
	const char *batch;
	int wait_ms;         /* -1: not given */
	int lock_timeout_ms; /* -1: not given */
	int statement_timeout_ms;
	int wait_older_ms;
	bool json;
	bool quiet;
	bool verbose;
	bool no_color;
	bool no_input;
	bool yes;
	bool help;
	bool version;
	bool dry_run;
	bool out_of_order;
	bool accept_unknown;
	bool force_contract;
	bool no_replay;
	bool done;
	bool again;
	bool allow_remote;
	bool demo_passwords;
	bool check;
	bool sql;
	bool tables;
	bool all;
	bool accept_data_loss;
	bool transactional;
	bool live;
	bool apply;

	char *secrets[MAX_SECRETS]; /* what was wiped from argv */
	size_t secret_count;
	char mistake[USAGE_MESSAGE_SIZE]; /* one sentence; "" when there is none */
} cli_options;

/* Each ends with an entry whose name is NULL. */
extern const cli_command commands[];
extern const cli_flag flags[];
extern const cli_wording wordings[];

/*
 * Reads the whole command line, also past a mistake, so that --json is known
 * to whoever reports it. The first one stays in opts->mistake. A URL with a
 * password is wiped from argv.
 */
void options_parse(cli_options *opts, int argc, char **argv);

void options_free(cli_options *opts);

/* NULL where there is none of that name. */
const cli_command *command_find(const char *name);
bool flag_is_for(const cli_flag *flag, const cli_command *command);
/* The flag as the command has it; command NULL: as most have it. */
cli_flag flag_worded(const cli_flag *flag, const cli_command *command);
/* Whether any command takes it: --help lists those apart. */
bool flag_is_global(const cli_flag *flag);

/* "500ms", "3s", "2m", "90": seconds; at most what an int of milliseconds holds. */
bool duration_parse(const char *text, int *ms);

#endif
