/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <aeturnis/environment.h>

#include "core/text.h"
#include "pg/url.h"
#include "target.h"

#define PASSWORD "hunter2hunter2"

/* Whatever follows it, a password does not show. */
static void
plant(const char *prefix, const char *rest)
{
	aet__text url = { 0 };
	char *redacted;

	aet__text_add(&url, prefix);
	aet__text_add(&url, rest);
	PROPERTY(aet_url_redact(aet__text_view(&url), &redacted, NULL) == AET_OK);
	PROPERTY(strstr(redacted, PASSWORD) == NULL || strstr(rest, PASSWORD) != NULL);
	free(redacted);
	aet__text_free(&url);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *url = input_text(data, size);
	char host[AET__HOST_SIZE];
	char *redacted;
	bool local;

	PROPERTY(aet_url_redact(url, &redacted, NULL) == AET_OK);
	if (aet__url_is_local(url, &local, host) != AET_OK)
		PROPERTY(strcmp(redacted, "(unreadable)") == 0);
	plant("postgresql://u:" PASSWORD "@h/", url);
	plant("postgresql://u@h/d?password=" PASSWORD "&", url);
	plant("password='" PASSWORD "' ", url);
	free(redacted);
	free(url);
	return 0;
}
