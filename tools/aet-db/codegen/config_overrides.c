/* SPDX-License-Identifier: MIT */
/* "overrides" of a package: what is in C otherwise than by default. */
#include <string.h>

#include "config_reading.h"

static void
wrong(codegen_reading *in, const codegen_override *override, const char *key,
    const char *hint, const char *text)
{
	codegen_config_wrong(
	    in->messages, in->file, override->path, key, hint, "%s", text);
}

static void
check_own(codegen_reading *in, const codegen_override *override)
{
	bool any = override->include != NULL || override->read != NULL ||
		   override->write != NULL || override->sample != NULL;

	if (override->c == NULL && any)
		wrong(in, override, NULL, NULL,
		    "\"include\", \"read\", \"write\" and \"sample\" go with \"c\", a "
		    "type of "
		    "your own");
	if (override->c != NULL && (override->include == NULL || override->read == NULL ||
				       override->write == NULL))
		wrong(in, override, "c", "docs/codegen.md, \"Overrides\", shows one",
		    "a type of your own needs \"include\", \"read\" and \"write\", too");
}

static void
check(codegen_reading *in, const codegen_override *override)
{
	int types = (override->type != NULL) + (override->c != NULL) + override->id;

	if ((override->column != NULL) == (override->db_type != NULL))
		wrong(in, override, NULL, NULL,
		    "one of \"column\" and \"db_type\" says what it is about");
	if (types > 1)
		wrong(in, override, NULL, "use one of: type, c, id",
		    "more than one says what it is in C");
	if (types == 0 && override->name == NULL && !override->nullable_is_set)
		wrong(in, override, NULL, "use one of: type, c, id, nullable, name",
		    "nothing says what is otherwise");
	if (override->db_type != NULL && override->nullable_is_set)
		wrong(in, override, "nullable", NULL,
		    "\"nullable\" is said of a column, not of a type");
	if (override->db_type != NULL && override->name != NULL)
		wrong(in, override, "name", NULL,
		    "\"name\" is said of a column, not of a type");
	check_own(in, override);
}

static void
read_one(codegen_reading *in, json_t *value, codegen_override *override)
{
	const char *here = override->path;

	codegen_read_keys(in, here, value,
	    "column, db_type, type, c, include, read, write, sample, id, nullable, name");
	override->column = codegen_read_text(in, here, value, "column", false);
	override->db_type = codegen_read_text(in, here, value, "db_type", false);
	override->type = codegen_read_text(in, here, value, "type", false);
	override->c = codegen_read_text(in, here, value, "c", false);
	override->include = codegen_read_text(in, here, value, "include", false);
	override->read = codegen_read_text(in, here, value, "read", false);
	override->write = codegen_read_text(in, here, value, "write", false);
	override->sample = codegen_read_text(in, here, value, "sample", false);
	override->name = codegen_read_text(in, here, value, "name", false);
	override->id = codegen_read_flag(in, here, value, "id");
	override->nullable_is_set = json_object_get(value, "nullable") != NULL;
	override->nullable = codegen_read_flag(in, here, value, "nullable");
	check(in, override);
}

void
codegen_read_overrides(codegen_reading *in, const char *path, json_t *overrides,
    codegen_package_config *package)
{
	size_t count = json_array_size(overrides);

	if (overrides != NULL && !json_is_array(overrides))
		codegen_config_wrong(in->messages, in->file, path, NULL, NULL,
		    "a list [ ... ] is expected");
	package->overrides = codegen_room(in->memory, count, sizeof(*package->overrides));
	for (size_t i = 0; i < count; i++) {
		codegen_override *override = &package->overrides[package->override_count];
		json_t *value = json_array_get(overrides, i);

		override->path = codegen_format(in->memory, "%s[%zu]", path, i);
		if (!codegen_read_is_object(in, override->path, value))
			continue;
		package->override_count++;
		read_one(in, value, override);
	}
}
