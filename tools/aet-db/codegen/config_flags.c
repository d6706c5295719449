/* SPDX-License-Identifier: MIT */
/* A package that the command line describes, in place of aet-db.json. */
#include <string.h>

#include "config.h"

static bool
is_used(const codegen_flags *flags)
{
	return flags->schema != NULL || flags->migrations != NULL ||
	       flags->queries != NULL || flags->prefix != NULL ||
	       flags->include != NULL || flags->source != NULL ||
	       flags->manifest != NULL || flags->test != NULL || flags->tables;
}

static void
need(codegen_messages *messages, const char *value, const char *flag, const char *hint)
{
	if (value == NULL)
		codegen_say(messages, "", hint, "%s is missing", flag);
}

static void
check(codegen_messages *messages, const codegen_options *options)
{
	const codegen_flags *flags = &options->flags;

	if (options->config != NULL)
		codegen_say(messages, "", "use one of the two",
		    "--config and the flags that replace it are both given");
	if (flags->schema != NULL && flags->migrations != NULL)
		codegen_say(messages, "", "use one of the two",
		    "--schema and --migrations are both given");
	if (flags->schema == NULL && flags->migrations == NULL && options->url == NULL)
		codegen_say(messages, "", "use one of: --schema, --migrations, --url",
		    "nothing says what the schema is");
	need(messages, flags->prefix, "--prefix", "as in --prefix game");
	need(messages, flags->include, "--out-include", "the folder for headers");
	need(messages, flags->source, "--out-source", "the folder for sources");
	if (flags->prefix != NULL && !codegen_is_prefix(flags->prefix))
		codegen_say(
		    messages, "", NULL, "--prefix must be small letters, digits and '_'");
}

codegen_config *
codegen_config_of_flags(
    codegen_memory *memory, codegen_messages *messages, const codegen_options *options)
{
	const codegen_flags *flags = &options->flags;
	codegen_package_config *package;
	codegen_config *config;

	if (!is_used(flags))
		return NULL;
	check(messages, options);
	config = codegen_room(memory, 1, sizeof(*config));
	package = codegen_room(memory, 1, sizeof(*package));
	config->path = "";
	config->folder = "";
	config->packages = package;
	config->package_count = 1;
	package->name = flags->prefix;
	package->prefix = flags->prefix;
	package->schema = flags->schema != NULL ? flags->schema : flags->migrations;
	package->queries = flags->queries;
	package->include = flags->include;
	package->include_as = "";
	package->source = flags->source;
	package->manifest = flags->manifest;
	package->test = flags->test;
	package->queries_only = flags->queries != NULL && !flags->tables;
	return config;
}
