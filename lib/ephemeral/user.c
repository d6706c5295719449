/* SPDX-License-Identifier: MIT */
#include "ephemeral/user.h"

#include <grp.h>
#include <pwd.h>
#include <stddef.h>
#include <unistd.h>

static bool
user_lookup(const char *name, aet__user *out)
{
	char room[4096];
	struct passwd entry;
	struct passwd *found = NULL;

	if (getpwnam_r(name, &entry, room, sizeof(room), &found) != 0 || found == NULL ||
	    found->pw_uid == 0)
		return false;
	out->uid = found->pw_uid;
	out->gid = found->pw_gid;
	out->steps_down = true;
	return true;
}

aet_status
aet__user_find(aet__user *out, aet_error *err)
{
	if (geteuid() != 0) {
		*out = (aet__user){ .uid = geteuid(), .gid = getegid() };
		return AET_OK;
	}
	if (user_lookup("postgres", out) || user_lookup("nobody", out))
		return AET_OK;
	return aet_error_set(err, AET_EINVAL,
	    "PostgreSQL refuses to run as root and there is neither a user \"postgres\" "
	    "nor "
	    "\"nobody\"; run as a normal user");
}

bool
aet__user_become(const aet__user *user)
{
	if (!user->steps_down)
		return true;
	/* In this order: once the uid is gone, so is the right to change the others. */
	if (setgroups(1, &user->gid) != 0 || setgid(user->gid) != 0 ||
	    setuid(user->uid) != 0)
		return false;
	return setuid(0) != 0;
}
