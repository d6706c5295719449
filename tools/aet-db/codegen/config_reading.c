/* SPDX-License-Identifier: MIT */
#include "config_reading.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

void
codegen_config_wrong(codegen_messages *messages, const codegen_source *file,
    const char *path, const char *key, const char *hint, const char *format, ...)
{
	size_t place =
	    file != NULL ? codegen_json_place(file->text, path, key) : SIZE_MAX;
	const char *colon = path[0] != '\0' ? ": " : "";
	char text[1024];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	if (place == SIZE_MAX)
		codegen_say(messages, file != NULL ? file->path : "", hint, "%s%s%s",
		    path, colon, text);
	else
		codegen_say_at(messages, file, place, hint, "%s%s%s", path, colon, text);
}

bool
codegen_read_is_object(codegen_reading *in, const char *path, json_t *value)
{
	if (!json_is_object(value))
		codegen_config_wrong(in->messages, in->file, path, NULL, NULL,
		    "an object { ... } is expected");
	return json_is_object(value);
}

static bool
is_listed(const char *keys, const char *key)
{
	size_t len = strlen(key);

	for (const char *at = strstr(keys, key); at != NULL; at = strstr(at + 1, key))
		if ((at == keys || at[-1] == ' ') && (at[len] == ',' || at[len] == '\0'))
			return true;
	return false;
}

void
codegen_read_keys(codegen_reading *in, const char *path, json_t *object, const char *keys)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		if (!is_listed(keys, key))
			codegen_config_wrong(in->messages, in->file, path, key,
			    codegen_format(in->memory, "use one of: %s", keys),
			    "unknown key \"%s\"", key);
	}
}

const char *
codegen_read_text(
    codegen_reading *in, const char *path, json_t *object, const char *key, bool required)
{
	json_t *value = json_object_get(object, key);

	if (json_is_string(value))
		return codegen_copy(in->memory, json_string_value(value));
	if (value != NULL)
		codegen_config_wrong(
		    in->messages, in->file, path, key, NULL, "\"%s\" must be text", key);
	else if (required)
		codegen_config_wrong(
		    in->messages, in->file, path, NULL, NULL, "\"%s\" is missing", key);
	return NULL;
}

bool
codegen_read_flag(codegen_reading *in, const char *path, json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	if (value != NULL && !json_is_boolean(value))
		codegen_config_wrong(in->messages, in->file, path, key, NULL,
		    "\"%s\" must be true or false", key);
	return json_is_true(value);
}

codegen_texts
codegen_read_texts(codegen_reading *in, const char *path, json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);
	codegen_texts texts = { 0 };

	texts.items = codegen_room(in->memory, json_array_size(value), sizeof(char *));
	for (size_t i = 0; i < json_array_size(value); i++)
		if (json_is_string(json_array_get(value, i)))
			texts.items[texts.count++] = codegen_copy(
			    in->memory, json_string_value(json_array_get(value, i)));
	if (value != NULL &&
	    (!json_is_array(value) || texts.count < json_array_size(value)))
		codegen_config_wrong(in->messages, in->file, path, key, NULL,
		    "\"%s\" must be a list of texts", key);
	return texts;
}
