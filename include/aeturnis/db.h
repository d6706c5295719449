/* SPDX-License-Identifier: MIT */
/*
 * Everything that libaeturnis-db offers, in one include. It costs a compiler
 * little, and each header it names can be included by itself.
 */
#ifndef AETURNIS_DB_H
#define AETURNIS_DB_H

#include <aeturnis/accounts.h>
#include <aeturnis/adopt.h>
#include <aeturnis/audit.h>
#include <aeturnis/audit_entry.h>
#include <aeturnis/codec.h>
#include <aeturnis/database.h>
#include <aeturnis/environment.h>
#include <aeturnis/ephemeral.h>
#include <aeturnis/error.h>
#include <aeturnis/export.h>
#include <aeturnis/json.h>
#include <aeturnis/migrate.h>
#include <aeturnis/model_types.h>
#include <aeturnis/models.h>
#include <aeturnis/password.h>
#include <aeturnis/release.h>
#include <aeturnis/session.h>
#include <aeturnis/setup.h>
#include <aeturnis/statement.h>
#include <aeturnis/types.h>
#include <aeturnis/user.h>
#include <aeturnis/values.h>
#include <aeturnis/version.h>

#endif
