/* SPDX-License-Identifier: MIT */
/*
 * As whom the server runs. PostgreSQL refuses root, so root steps down to user
 * postgres, else nobody; anybody else stays who they are.
 */
#ifndef AET_EPHEMERAL_USER_H
#define AET_EPHEMERAL_USER_H

#include <stdbool.h>
#include <sys/types.h>

#include <aeturnis/error.h>

typedef struct aet__user {
	uid_t uid;
	gid_t gid;
	bool steps_down; /* the caller is root, the server must not be */
} aet__user;

/* AET_EINVAL: root, and there is no user to step down to. */
aet_status aet__user_find(aet__user *out, aet_error *err);

/* Becomes that user for good. Safe between fork and exec. */
bool aet__user_become(const aet__user *user);

#endif
