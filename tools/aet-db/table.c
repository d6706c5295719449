/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include "moment.h"

#define BIT(id) (UINT32_C(1) << COMMAND_##id)

/* Those that talk to the database of DATABASE_URL. */
#define WITH_DATABASE \
	(WITH_FILES | BIT(SEED) | BIT(PUSH) | BIT(ROLES) | BIT(AUDIT) | BIT(PURGE))
#define CHANGING (BIT(GENERATE) | BIT(PUSH))
#define AMENDING (BIT(ROLLBACK) | BIT(BASELINE) | BIT(REPAIR) | BIT(ADOPT))
#define WITH_FILES                                                                       \
	(BIT(MIGRATE) | BIT(STATUS) | BIT(RESET) | BIT(CHECK) | BIT(DOCTOR) | AMENDING | \
	    BIT(LINT))

static const char *const audit_parts[] = { "seal", "verify", "head", "export", "purge",
	NULL };
static const char *const shells[] = { "bash", "zsh", "fish", "man", NULL };

const cli_command commands[COMMAND_COUNT + 1] = {
	[COMMAND_MIGRATE] = { "migrate", "", NULL, 0, 0, false,
	    "Apply the migrations that are pending",
	    "Applies every pending migration: those compiled into the library, or with "
	    "--dir those of a folder. Each file runs in one transaction together with "
	    "its journal row. Any number of servers may do so at once: one works, the "
	    "others wait. A file that says -- aet: phase contract is held while a server "
	    "of an older release lives; this is no failure.",
	    run_migrate },
	[COMMAND_STATUS] = { "status", "", NULL, 0, 0, false,
	    "Tell which migrations are applied, and which are not",
	    "Compares the migrations with the database's journal and changes nothing. "
	    "Tells which servers live, too, and which migration waits for one to leave. "
	    "Exits with 4 unless every migration is applied and none has changed.",
	    run_status },
	[COMMAND_ROLLBACK] = { "rollback", "", NULL, 0, 0, false,
	    "Take the newest migration back",
	    "Runs the .down.sql beside the newest applied migration, in one transaction "
	    "in which its journal row goes, too. One step, never more. In a production "
	    "environment --yes is the consent.",
	    run_rollback },
	[COMMAND_BASELINE] = { "baseline", "VERSION", NULL, 1, 1, false,
	    "Record migrations as applied without running them",
	    "Records every migration up to VERSION as applied, for a database that had "
	    "them before it had a journal. Nothing is run; aet-db check tells "
	    "whether it is true. Where the journal has some already, as before a push, "
	    "the files must make what is there: they are replayed and compared first.",
	    run_baseline },
	[COMMAND_REPAIR] = { "repair", "FILE", NULL, 1, 1, false,
	    "Accept the text that an applied migration has now",
	    "Writes the checksum of the file, which is named by its name, its number or "
	    "a path, into the journal. Nothing is run: what the edit would have changed "
	    "is for a new migration. With --done or --again, says instead what became of "
	    "a CALL or DO that commits in parts and was not seen to end.",
	    run_repair },
	[COMMAND_ADOPT] = { "adopt", "[TABLE]", NULL, 0, 1, false,
	    "Take over what another migrator has made",
	    "Reads the journal of Drizzle, golang-migrate, goose, dbmate, Flyway, sqlx "
	    "or "
	    "Prisma, and records its migrations as applied. It believes nothing unseen: "
	    "each must have its file in --dir, unchanged and finished, and the files, "
	    "run on a private PostgreSQL, must make what is there. Their journal is left "
	    "as it is. Exits with 4 when something speaks against it.",
	    run_adopt },
	[COMMAND_NEW] = { "new", "NAME", NULL, 1, 1, false,
	    "Begin a migration file with the next number",
	    "Makes an empty migration with the next number of the folder: \"add "
	    "players\" becomes migrations/0002_add_players.sql. A file that is there is "
	    "never overwritten.",
	    run_new },
	[COMMAND_SEED] = { "seed", "", NULL, 0, 0, false,
	    "Make the administrator and the test user",
	    "Makes the users admin@aeturnis.com and test@example.com with their audit "
	    "entries, in one transaction. Who is there already stays as it is. The "
	    "passwords are AETURNIS_SEED_ADMIN_PASSWORD and AETURNIS_SEED_TEST_PASSWORD; "
	    "one that is not set is generated and shown once.",
	    run_seed },
	[COMMAND_RESET] = { "reset", "", NULL, 0, 0, false,
	    "Drop what the migrations made, migrate and seed again",
	    "Drops what the migrations own, and nothing else, migrates again and seeds, "
	    "all in one transaction. The database's name, typed or given with --confirm, "
	    "is the consent. A production environment (AETURNIS_ENV=production) is "
	    "always refused.",
	    run_reset },
	[COMMAND_CHECK] = { "check", "", NULL, 0, 0, false,
	    "Compare the database with the migrations",
	    "Replays the migrations in a private PostgreSQL, or loads the files of "
	    "--schema, and compares all that a schema holds, each difference a sentence. "
	    "With --dir, compares the migrations with the schema's files, too, where "
	    "there are any (--schema, aet-db.json, or the folder schema). "
	    "With --manifest, prepares the statements of a release instead, and says "
	    "which would break. Changes nothing. Exits with 4 when something differs.",
	    run_check },
	[COMMAND_CODEGEN] = { "codegen", "", NULL, 0, 0, false,
	    "Write the C models of a schema and its queries",
	    "Loads the schema and the named queries into a private PostgreSQL and writes "
	    "the headers and sources that the configuration names.",
	    run_codegen },
	[COMMAND_DIFF] = { "diff", "", NULL, 0, 0, false,
	    "Write the SQL from one schema to another",
	    "Prints the statements that make the schema of --from that of --to. A schema "
	    "is a database's URL, a file of SQL, or a folder: of migrations or of schema "
	    "files. The plan is tried on a copy made with pg_dump before it is printed; "
	    "one that does not arrive exactly is not printed, and the exit code is 1. "
	    "Hazards are comments in the plan, and lines on standard error.",
	    run_diff },
	[COMMAND_LINT] = { "lint", "[FILE...]", NULL, 0, MAX_OPERANDS, false,
	    "Tell what migrations would do to a game that runs",
	    "Runs migrations in a private PostgreSQL, statement by statement, and tells "
	    "what each would do to a live game: what it locks and for how long, what is "
	    "lost, what fails on rows that are there, what the previous release misses; "
	    "and the safe way to write it. Judged are the named files, with --all every "
	    "file, else those that are pending in the database. A comment before the "
	    "statement, -- aet: allow CODE reason, allows a hazard. Exits with 4 when "
	    "there is one that is not allowed.",
	    run_lint },
	[COMMAND_GENERATE] = { "generate", "[NAME]", NULL, 0, 1, false,
	    "Write the migration that makes the schema's files true",
	    "Compares the migrations, replayed, with the schema's files and writes what "
	    "is missing as the next migration: in forms that a table in use bears, and "
	    "as several files where one transaction cannot hold it all. What is written "
	    "is replayed and compared first. Data is lost with --accept-data-loss only; "
	    "a rename is one where it is declared.",
	    run_generate },
	[COMMAND_PUSH] = { "push", "", NULL, 0, 0, false,
	    "Make a database what the schema's files say, without a migration",
	    "Compares the database with the schema's files, shows what it would run, "
	    "what that risks and each loss with its number of rows, asks, and runs it: "
	    "in one transaction where that is possible. For a database of one's own, "
	    "while a schema takes shape: no journal is written.",
	    run_push },
	[COMMAND_ROLES] = { "roles", "", NULL, 0, 0, false,
	    "Print or apply the roles of owner, migrator, game, upkeep and reader",
	    "Prints the SQL that makes the roles and grants each what it needs; with "
	    "--apply, runs it in one transaction. To be run again after migrations that "
	    "make tables. A superuser does it; passwords are left to you.",
	    run_roles },
	[COMMAND_AUDIT] = { "audit", "seal|verify|head|export|purge", audit_parts, 1, 1,
	    false, "Seal, verify, export or purge the audit log",
	    "seal: gives the entries that wait their place in the hash chain. verify: "
	    "computes the chain anew, and exits with 4 at the first link that is not "
	    "what "
	    "was sealed. head: prints the chain's end, to be kept elsewhere and given to "
	    "verify as --anchor. export: writes entries as lines of JSON. purge: deletes "
	    "those before --until and leaves a checkpoint; --yes is the consent.",
	    run_audit },
	[COMMAND_PURGE] = { "purge", "", NULL, 0, 0, false,
	    "Remove expired sessions, and old entries of the audit log",
	    "Removes sessions that have expired, and counts of failed log-ins that are "
	    "out of date; with --audit-before also entries of the audit log, as audit "
	    "purge does, and then --yes is the consent. In batches, each one statement "
	    "with its own entry in the log; rows that somebody holds are left for the "
	    "next time. To be run from a timer.",
	    run_purge },
	[COMMAND_DEV] = { "dev", "[-- PROGRAM [ARGUMENT...]]", NULL, 0, 0, true,
	    "Start a private PostgreSQL",
	    "Starts a private PostgreSQL from the installed binaries and prints its URL. "
	    "With a program, runs it with DATABASE_URL set, and ends with its status; "
	    "without one, waits for Ctrl-C. The data goes with it, unless --persist is "
	    "given.",
	    run_dev },
	[COMMAND_DOCTOR] = { "doctor", "", NULL, 0, 0, false,
	    "Find out what is in the way",
	    "Looks at everything the library needs, from the settings to the database's "
	    "journal, and names the next step for what is missing. Exits with 1 when "
	    "something fails.",
	    run_doctor },
	[COMMAND_COMPLETION] = { "completion", "bash|zsh|fish|man", shells, 1, 1, false,
	    "Write a shell's completion script, or the manual page",
	    "Writes the completion script of a shell to standard output, for instance to "
	    "~/.local/share/bash-completion/completions/aet-db; with man, the manual "
	    "page.",
	    run_completion },
	[COMMAND_VERSION] = { "version", "", NULL, 0, 0, false,
	    "Tell the versions of the library and of libpq",
	    "Tells the versions of aet-db, of the library and of libpq.", run_version },
	[COMMAND_HELP] = { "help", "[COMMAND]", NULL, 0, 1, false,
	    "Explain aet-db, or one of its commands", "Does what --help does.",
	    run_help },
	[COMMAND_COUNT] = { .name = NULL },
};

#define SWITCH(name, letter, member, commands, text)                                  \
	{                                                                             \
		name, letter, FLAG_SWITCH, offsetof(cli_options, member), NULL, NULL, \
		    COMPLETES_NOTHING, false, commands, text                          \
	}
#define TEXT(name, letter, member, argument, completes, commands, text)                 \
	{                                                                               \
		name, letter, FLAG_TEXT, offsetof(cli_options, member), argument, NULL, \
		    completes, false, commands, text                                    \
	}

const cli_flag flags[] = {
	{ "url", 'u', FLAG_TEXT, offsetof(cli_options, url), "URL", NULL,
	    COMPLETES_NOTHING, true, WITH_DATABASE | BIT(CODEGEN) | BIT(GENERATE),
	    "The database, instead of DATABASE_URL." },
	TEXT("env-file", 'e', env_file, "FILE", COMPLETES_FILES,
	    WITH_DATABASE | BIT(DEV) | CHANGING,
	    "The settings file, instead of .env and its relatives."),
	TEXT("dir", 'd', dir, "DIR", COMPLETES_FOLDERS,
	    WITH_FILES | BIT(NEW) | BIT(GENERATE),
	    "The folder of migrations; the library's own if not given."),
	TEXT("source", 's', source, "NAME", COMPLETES_NOTHING, WITH_FILES | CHANGING,
	    "Whose migrations they are in the journal: \"app\" with --dir, else "
	    "\"aeturnis\"."),
	TEXT("journal", 0, journal, "SCHEMA", COMPLETES_NOTHING, WITH_FILES | CHANGING,
	    "The schema that the journal lies in: \"aeturnis\"."),
	{ "wait", 'w', FLAG_OPTIONAL_DURATION, offsetof(cli_options, wait_ms), "TIME",
	    "60s", COMPLETES_NOTHING, false, WITH_DATABASE,
	    "Wait so long for the server to come up, and for another migrator to finish; "
	    "alone: 60s." },
	{ "wait-older", 0, FLAG_OPTIONAL_DURATION, offsetof(cli_options, wait_older_ms),
	    "TIME", "60s", COMPLETES_NOTHING, false, BIT(MIGRATE),
	    "Wait so long for servers of an older release to leave, where a migration "
	    "of the phase contract waits for that; alone: 60s." },
	{ "lock-timeout", 0, FLAG_DURATION, offsetof(cli_options, lock_timeout_ms),
	    "TIME", NULL, COMPLETES_NOTHING, false,
	    BIT(MIGRATE) | BIT(RESET) | BIT(ROLLBACK) | BIT(PUSH),
	    "How long a statement may wait for a table's lock: 3s." },
	{ "statement-timeout", 0, FLAG_DURATION,
	    offsetof(cli_options, statement_timeout_ms), "TIME", NULL, COMPLETES_NOTHING,
	    false, BIT(MIGRATE) | BIT(RESET) | BIT(ROLLBACK),
	    "How long a statement may run: no limit." },
	SWITCH("dry-run", 'n', dry_run, BIT(MIGRATE) | BIT(NEW) | BIT(ADOPT) | CHANGING,
	    "Say what would be done, and do nothing."),
	SWITCH("no-replay", 0, no_replay, BIT(ADOPT),
	    "Believe that the files make what is there, without running them."),
	SWITCH("out-of-order", 0, out_of_order, BIT(MIGRATE) | BIT(ROLLBACK),
	    "Apply a migration although a newer one is applied already."),
	SWITCH("accept-unknown", 0, accept_unknown,
	    BIT(MIGRATE) | BIT(STATUS) | BIT(DOCTOR),
	    "Accept a database that a newer release has migrated."),
	SWITCH("force-contract", 0, force_contract, BIT(MIGRATE),
	    "Apply migrations of the phase contract although servers of an older release "
	    "live, which they break."),
	TEXT("confirm", 0, confirm, "NAME", COMPLETES_NOTHING, BIT(RESET),
	    "The database's name: the consent to lose what is in it."),
	SWITCH("allow-remote", 0, allow_remote, BIT(RESET),
	    "Allow a server on another host."),
	SWITCH("demo-passwords", 0, demo_passwords, BIT(SEED) | BIT(RESET),
	    "Use the published passwords of the demonstration; refused in production."),
	TEXT("config", 'c', config, "FILE", COMPLETES_FILES, BIT(CODEGEN),
	    "The configuration: \"aet-db.json\" if not given."),
	SWITCH("check", 0, check, BIT(CODEGEN) | BIT(GENERATE),
	    "Write nothing; exit with 4 when a file is stale, or one is missing."),
	TEXT("schema", 0, schema, "FILE|DIR", COMPLETES_FILES,
	    BIT(CODEGEN) | BIT(CHECK) | CHANGING,
	    "The schema, in place of a configuration: SQL files, run in a database of "
	    "their own."),
	TEXT("migrations", 0, migrations, "DIR", COMPLETES_FOLDERS,
	    BIT(CODEGEN) | BIT(CHECK), "A folder of migrations in place of --schema."),
	TEXT("queries", 0, queries, "FILE|DIR", COMPLETES_FILES, BIT(CODEGEN),
	    "The named queries. Given, tables get no functions without --tables."),
	SWITCH("sql", 0, sql, BIT(CHECK),
	    "Print the statements that mend what differs, and as comments what they mend "
	    "and what they cannot: for psql."),
	SWITCH("tables", 0, tables, BIT(CODEGEN),
	    "Write the functions of tables, too, where --queries is given."),
	TEXT("prefix", 0, prefix, "NAME", COMPLETES_NOTHING, BIT(CODEGEN),
	    "What every name in C begins with."),
	TEXT("out-include", 0, out_include, "DIR", COMPLETES_FOLDERS, BIT(CODEGEN),
	    "Where headers are written."),
	TEXT("out-source", 0, out_source, "DIR", COMPLETES_FOLDERS, BIT(CODEGEN),
	    "Where sources are written."),
	TEXT("manifest", 0, manifest, "FILE", COMPLETES_FILES,
	    BIT(CODEGEN) | BIT(LINT) | BIT(CHECK) | BIT(MIGRATE) | BIT(STATUS) | CHANGING,
	    "Write what each query takes and answers as JSON."),
	SWITCH("done", 0, done, BIT(REPAIR),
	    "A statement in doubt has done its work: go on behind it."),
	SWITCH("again", 0, again, BIT(REPAIR),
	    "A statement in doubt is to run again from its beginning."),
	SWITCH("all", 0, all, BIT(LINT), "Judge every file, as if each were new."),
	TEXT("test", 0, test, "FILE", COMPLETES_FILES, BIT(CODEGEN),
	    "Write a program that calls every function against a private PostgreSQL."),
	{ "persist", 'p', FLAG_OPTIONAL_TEXT, offsetof(cli_options, persist), "DIR",
	    ".aeturnis/postgres", COMPLETES_FOLDERS, false, BIT(DEV),
	    "Keep the data in DIR; alone: .aeturnis/postgres." },
	{ "from", 0, FLAG_TEXT, offsetof(cli_options, from), "SOURCE", NULL,
	    COMPLETES_FILES, true, BIT(DIFF),
	    "The schema as it is: a URL, a file or a folder." },
	{ "to", 0, FLAG_TEXT, offsetof(cli_options, to), "SOURCE", NULL, COMPLETES_FILES,
	    true, BIT(DIFF) | BIT(MIGRATE), "The schema as it should be, as --from." },
	{ "shadow", 0, FLAG_TEXT, offsetof(cli_options, shadow), "URL", NULL,
	    COMPLETES_NOTHING, true, BIT(DIFF) | CHANGING,
	    "A database of a scratch server, to make others beside it, instead of a "
	    "private server; itself, if empty, where diff may not." },
	{ "rename", 0, FLAG_TEXTS, offsetof(cli_options, renames), "OLD=NEW", NULL,
	    COMPLETES_NOTHING, false, BIT(DIFF) | CHANGING,
	    "users.mail=users.email, or old_table=new_table: it is renamed, and keeps "
	    "its values. May be given many times." },
	SWITCH("accept-data-loss", 0, accept_data_loss, CHANGING,
	    "The consent to lose what is named as lost."),
	SWITCH("transactional", 0, transactional, BIT(GENERATE),
	    "Plain statements in one file, whatever locks they hold until its end."),
	SWITCH("live", 0, live, BIT(DIFF) | BIT(PUSH),
	    "Statements that a table in use bears, outside one transaction."),
	SWITCH("apply", 0, apply, BIT(ROLES), "Run the SQL instead of printing it."),
	TEXT("anchor", 0, anchor, "POSITION:HASH", COMPLETES_NOTHING, BIT(AUDIT),
	    "Of verify: a head that was kept, to be met in the chain."),
	TEXT("actor", 0, actor, "UUID", COMPLETES_NOTHING, BIT(AUDIT),
	    "Of export: entries of one actor, deleted users too."),
	TEXT("event", 0, event, "NAME", COMPLETES_NOTHING, BIT(AUDIT),
	    "Of export: entries of one type, such as user.login."),
	TEXT("since", 0, since, "TIME", COMPLETES_NOTHING, BIT(AUDIT),
	    "Of export: entries from then on: " MOMENT_FORMS "."),
	TEXT("until", 0, until, "TIME", COMPLETES_NOTHING, BIT(AUDIT),
	    "Of export and purge: entries before then, as --since."),
	TEXT("audit-before", 0, audit_before, "TIME", COMPLETES_NOTHING, BIT(PURGE),
	    "Delete entries of the audit log from before then: " MOMENT_FORMS "."),
	TEXT("batch", 0, batch, "ROWS", COMPLETES_NOTHING, BIT(PURGE) | BIT(AUDIT),
	    "How many rows a statement of a purge deletes: 1000."),
	TEXT("bindir", 0, bindir, "DIR", COMPLETES_FOLDERS,
	    BIT(DEV) | BIT(CHECK) | BIT(DIFF) | BIT(LINT) | BIT(DOCTOR) | BIT(ADOPT) |
		BIT(BASELINE) | BIT(MIGRATE) | CHANGING,
	    "Where initdb and postgres are, instead of looking for them."),
	SWITCH("json", 'j', json, ANY_COMMAND,
	    "Write the result, a failure too, as one JSON document."),
	SWITCH("quiet", 'q', quiet, ANY_COMMAND, "Say nothing but results and failures."),
	SWITCH("verbose", 'v', verbose, ANY_COMMAND, "Say more."),
	SWITCH("no-color", 0, no_color, ANY_COMMAND, "No colour, as with NO_COLOR set."),
	SWITCH("no-input", 0, no_input, ANY_COMMAND, "Never ask, as without a terminal."),
	SWITCH("yes", 'y', yes, ANY_COMMAND,
	    "Answer yes to every question, other than reset's: that one is --confirm."),
	SWITCH("help", 'h', help, ANY_COMMAND, "Explain the command."),
	SWITCH("version", 'V', version, ANY_COMMAND, "Tell the version."),
	{ .name = NULL },
};
