/* SPDX-License-Identifier: MIT */
/* What AET_ENOTFOUND of a statement means to who called: the statement's name in
 * the message would be no help. */
#ifndef AET_ACCOUNTS_ABSENCE_H
#define AET_ACCOUNTS_ABSENCE_H

#include <aeturnis/error.h>

/* Each returns status, and words an AET_ENOTFOUND. err may be NULL. */
aet_status aet__absence_of_user(aet_status status, aet_error *err);
aet_status aet__absence_of_email(aet_status status, aet_error *err);
aet_status aet__absence_of_session(aet_status status, aet_error *err);

#endif
