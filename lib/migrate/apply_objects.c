/* SPDX-License-Identifier: MIT */
/* Which objects a file makes, followed from one statement or file to the next. */
#include <stdlib.h>

#include "migrate/migrator.h"
#include "migrate/objects.h"

aet_status
aet__apply_watch(aet__migrator *m, aet_error *err)
{
	if (m->objects != NULL)
		return AET_OK;
	return aet__apply_note(m, aet__objects_list(m->connection, &m->objects, err));
}

aet_status
aet__apply_collect(aet__migrator *m, aet_error *err)
{
	char *after = NULL;
	aet_status status = aet__apply_note(
	    m, aet__objects_record(m->connection, m->options.journal, m->source->name,
		   m->entry->file->version, m->objects, &after, err));

	if (status != AET_OK)
		return status;
	free(m->objects);
	m->objects = after;
	return AET_OK;
}
