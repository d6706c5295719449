/* SPDX-License-Identifier: MIT */
#include "accounts/absence.h"

static aet_status
word(aet_status status, const char *what, aet_error *err)
{
	if (status == AET_ENOTFOUND)
		return aet_error_set(err, status, "%s", what);
	return status;
}

aet_status
aet__absence_of_user(aet_status status, aet_error *err)
{
	return word(status, "no user has this id", err);
}

aet_status
aet__absence_of_email(aet_status status, aet_error *err)
{
	return word(status, "no user has this id, or it has another e-mail by now", err);
}

aet_status
aet__absence_of_session(aet_status status, aet_error *err)
{
	return word(status, "no session has this id: it has ended, or never was", err);
}
