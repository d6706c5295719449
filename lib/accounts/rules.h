/* SPDX-License-Identifier: MIT */
/* What an e-mail, a username, a password and a set of roles may be. Each fails
 * with AET_EINVAL and error.column. */
#ifndef AET_ACCOUNTS_RULES_H
#define AET_ACCOUNTS_RULES_H

#include <aeturnis/accounts.h>

aet_status aet__rules_email(const char *email, aet_error *err);
aet_status aet__rules_username(const char *username, aet_error *err);
aet_status aet__rules_password(const char *password, aet_error *err);

#define AET__ROLES 3

/* Their texts, static, count of them in texts. */
aet_status aet__rules_roles(const aet_user_role *roles, size_t count,
    const char *texts[AET__ROLES], aet_error *err);

#endif
