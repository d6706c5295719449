/* SPDX-License-Identifier: MIT */
/* Whether a :copyfrom query is a COPY: an INSERT of one row of parameters, each
 * of which is stored in a column as it is. */
#ifndef AET_DB_CODEGEN_COPYFROM_H
#define AET_DB_CODEGEN_COPYFROM_H

#include "core/deadline.h"
#include "model.h"
#include "pg/connection.h"
#include "tree.h"

/*
 * Fills query->copy and copy_columns if it is: by its text, by the tree that the
 * server rewrote it into, and last by the server, which is asked to begin such a
 * COPY and told to give it up. Else they stay NULL, and it is an insert_all.
 */
void codegen_copyfrom(codegen_model *model, codegen_query *query,
    const codegen_node *rewritten, aet__connection *connection, aet__deadline deadline);

#endif
