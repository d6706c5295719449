/* SPDX-License-Identifier: MIT */
/* What PostgreSQL says that a query takes and answers. */
#ifndef AET_DB_CODEGEN_DESCRIBE_H
#define AET_DB_CODEGEN_DESCRIBE_H

#include "core/deadline.h"
#include "model.h"

/* The last tree that the server printed while wanted. */
typedef struct codegen_printed {
	bool wanted;
	size_t count; /* how many there were; set to 0 by who wants to know */
	aet__text text;
} codegen_printed;

/* For aet__connection_options.detail; ctx is a codegen_printed. */
void codegen_printed_take(void *ctx, const char *message, const char *detail);
#include "pg/connection.h"

/* The settings that make the server print its trees, from now on wanted. */
aet_status codegen_describe_settings(aet__connection *connection,
    codegen_printed *printed, aet__deadline deadline, aet_error *err);

/* Fills the parameters' and columns' types of every query of the model. What
 * is wrong with a query is a message; a lost connection is a failure. */
aet_status codegen_describe(codegen_model *model, aet__connection *connection,
    codegen_printed *printed, aet__deadline deadline, aet_error *err);

#endif
