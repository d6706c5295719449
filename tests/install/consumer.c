/* SPDX-License-Identifier: MIT */
/*
 * A program written elsewhere: it has the installed headers and the library,
 * and no database. Valid as C11, C17 and C++17.
 */
#include <aeturnis/db.h>

#include <stdio.h>
#include <string.h>

static int
same(const char *what, const char *is, const char *should)
{
	if (strcmp(is, should) == 0)
		return 1;
	fprintf(stderr, "%s is \"%s\", should be \"%s\"\n", what, is, should);
	return 0;
}

static int
uuids_work(void)
{
	static const char text[] = "0190163d-8694-739b-aea5-966c26f8ad90";
	char again[AET_UUID_TEXT_SIZE];
	aet_uuid uuid;
	aet_error err;

	if (aet_uuid_parse(text, &uuid, &err) != AET_OK)
		return same("parsing a uuid", err.message, "");
	aet_uuid_format(uuid, again);
	return same("a uuid, written again,", again, text);
}

static int
errors_work(void)
{
	aet_db *db = NULL;
	aet_error err;
	aet_db_options options = AET_DB_OPTIONS_INIT;
	aet_status status;

	options.url = "postgresql://nobody@/none?host=/nonexistent/socket";
	options.connect_timeout_ms = 1000;
	status = aet_db_open(&options, &db, &err);
	if (db != NULL)
		return same("the handle", "not NULL", "NULL");
	return same("opening nothing", aet_status_name(status), "AET_ECONNECT");
}

int
main(void)
{
	aet_field_text name = aet_set_text("Ada");

	if (!same("the linked release", aet_version(), AET_VERSION_STRING))
		return 1;
	if (!same("a field's text", name.value, "Ada") || name.state != AET_SET)
		return 1;
	if (!uuids_work() || !errors_work())
		return 1;
	printf("libaeturnis-db %s\n", aet_version());
	return 0;
}
