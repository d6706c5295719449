/* SPDX-License-Identifier: MIT */
#include "pg/execute.h"

#include "core/error.h"
#include "pg/args.h"
#include "pg/prepare.h"

static aet_status
run_prepared(aet__connection *connection, const aet__prepared *prepared,
    const aet_args *args, aet__deadline deadline, PGresult **out, aet_error *err)
{
	const aet__operation operation = { .name = prepared->statement->name,
		.sql = prepared->sql,
		.writes = prepared->statement->writes &&
			  PQtransactionStatus(connection->pq) == PQTRANS_IDLE,
		.parameters = true,
		.generated = true };
	aet__bound bound;
	aet_status status;
	int sent;

	if (operation.writes && aet__deadline_passed(deadline))
		return aet__sql_too_late(&operation, err);
	if (!aet__bound_make(&bound, prepared->statement, args))
		return aet__error_memory(err);
	aet__wire_block(connection, aet__args_are_large(args), deadline);
	sent = PQsendQueryPrepared(connection->pq, prepared->name, bound.count,
	    bound.values, bound.lengths, bound.formats, 1);
	aet__wire_unblock(connection);
	aet__bound_free(&bound);
	if (!sent)
		return aet__sql_lost(connection, &operation, err);
	status = aet__wire_flush(connection, &operation, deadline, err);
	if (status != AET_OK)
		return status;
	return aet__wire_finish(connection, &operation, deadline, out, err);
}

static aet_status
execute_once(aet__connection *connection, const aet_statement *statement,
    const aet_args *args, aet__deadline deadline, aet__result **out, aet_error *err)
{
	aet__prepared *prepared = NULL;
	aet_status status =
	    aet__prepared_get(connection, statement, args, deadline, &prepared, err);

	if (status == AET_OK)
		status = run_prepared(connection, prepared, args, deadline, out, err);
	if (status == AET_OK)
		status = aet__prepared_check(prepared, out, err);
	return status;
}

aet_status
aet__statement_execute(aet__connection *connection, const aet_statement *statement,
    const aet_args *args, aet__deadline deadline, aet__result **out, aet_error *err)
{
	aet_error first; /* err is left alone where the second attempt succeeds */
	aet_status status;

	connection->failure.sqlstate[0] = '\0';
	status = execute_once(connection, statement, args, deadline, out, &first);
	if (!aet__prepared_is_forgotten(connection, status)) {
		if (status != AET_OK && err != NULL)
			*err = first;
		return status;
	}
	status = aet__prepared_forget(connection, statement, deadline, err);
	if (status == AET_OK)
		status = execute_once(connection, statement, args, deadline, out, err);
	return status;
}
