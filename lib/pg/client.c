/* SPDX-License-Identifier: MIT */
#include "pg/client.h"

#include <libpq-fe.h>
#include <pg_config.h>
#include <string.h>

#include "core/error.h"
#include "core/memory.h"

int
aet__client_version(void)
{
	return PQlibVersion();
}

int
aet__client_version_built_for(void)
{
	return PG_VERSION_NUM;
}

static const char *
value_of(const PQconninfoOption *options, const char *keyword)
{
	for (; options->keyword != NULL; options++)
		if (strcmp(options->keyword, keyword) == 0)
			return options->val;
	return NULL;
}

aet_status
aet__client_url_value(const char *url, const char *keyword, char **out, aet_error *err)
{
	PQconninfoOption *options = PQconninfoParse(url, NULL);
	const char *value;
	char *copy = NULL;

	if (options == NULL)
		return aet_error_set(err, AET_EINVAL,
		    "the connection string is neither a URI nor keyword=value pairs");
	value = value_of(options, keyword);
	if (value != NULL)
		copy = aet__memory_text(value);
	for (PQconninfoOption *option = options; option->keyword != NULL; option++)
		aet__memory_wipe_text(option->val);
	PQconninfoFree(options);
	if (value != NULL && copy == NULL)
		return aet__error_memory(err);
	*out = copy;
	return AET_OK;
}
