/* SPDX-License-Identifier: MIT */
#include "functions.h"

/*
 * The whitelists, as lists and patterns of names in pg_catalog. Not on them,
 * for they may give NULL for arguments that are not: everything that looks
 * something up (json's ->, has_table_privilege, pg_get_...), array_length of an
 * empty array, date_part, to_char and the time of day of an infinity, substring by a pattern, regexp_match.
 */
#define NEVER                                                                          \
	"now,clock_timestamp,statement_timestamp,transaction_timestamp,timeofday,"     \
	"gen_random_uuid,random,pi,concat,quote_nullable,json_build_object,"           \
	"json_build_array,jsonb_build_object,jsonb_build_array,count,row_number,rank," \
	"dense_rank,percent_rank,cume_dist,version,pg_backend_pid,current_database,"   \
	"txid_current,num_nulls,num_nonnulls"

#define AS_ARGUMENTS                                                                     \
	"lower,upper,initcap,length,char_length,character_length,octet_length,"          \
	"bit_length,btrim,ltrim,rtrim,replace,translate,repeat,reverse,left,right,lpad," \
	"rpad,md5,sha224,sha256,sha384,sha512,encode,decode,ascii,chr,strpos,position,"  \
	"starts_with,split_part,to_hex,abs,ceil,ceiling,floor,round,trunc,sign,"         \
	"sqrt,cbrt,power,exp,ln,log,mod,div,degrees,radians,date_trunc,make_date,"       \
	"make_time,make_timestamp,make_timestamptz,make_interval,timezone,to_json,"      \
	"to_jsonb,row_to_json,array_to_json,cardinality,array_to_string,array_append,"   \
	"array_prepend,array_cat,array_remove,array_replace,string_to_array,json_"       \
	"typeof,"                                                                        \
	"jsonb_typeof,json_array_length,jsonb_array_length,jsonb_pretty,"                \
	"jsonb_strip_nulls,json_strip_nulls,quote_ident,quote_literal,format,concat_ws," \
	"nextval,currval,pg_size_pretty,to_tsvector,to_tsquery,plainto_tsquery,"         \
	"phraseto_tsquery,websearch_to_tsquery,ts_rank,ts_rank_cd,ts_headline,"          \
	"setweight,"                                                                     \
	"ts_match_vq,ts_match_qv,ts_match_tt,ts_match_tq,host,masklen,network,family,"   \
	"textcat,textanycat,anytextcat,byteacat,bitcat,jsonb_concat,arraycontains,"      \
	"arraycontained,arrayoverlap,jsonb_contains,jsonb_contained,jsonb_exists,"       \
	"jsonb_exists_any,jsonb_exists_all,range_contains,range_contained_by,"           \
	"range_overlaps,range_contains_elem,elem_contained_by_range,range_adjacent,"     \
	"network_sub,network_subeq,network_sup,network_supeq,network_overlap,isfinite,"  \
	"isempty,ntile,boolnot,to_timestamp,justify_days,justify_hours,justify_interval"

#define NUMBERS                                                                      \
	"(int2|int4|int8|int24|int42|int28|int82|int48|int84|float4|float8|float48|" \
	"float84)"

#define PATTERN                                                                       \
	"^(" NUMBERS                                                                  \
	"(pl|mi|mul|div|mod|um|up|abs|and|or|xor|not|shl|shr|larger|smaller)"         \
	"|numeric_(add|sub|mul|div|mod|uminus|uplus|abs|power)|dpow|dsqrt"            \
	"|date_(pli|mii|mi|pl_interval|mi_interval)|datetime_pl|integer_pl_date"      \
	"|(timestamp|timestamptz|time|timetz)_(pl|mi)_(interval|time)|interval_pl_.*" \
	"|(timestamp|timestamptz|interval|time)_(pl|mi)|interval_(um|mul|div)"        \
	"|mul_d_interval|cash_.*|text(like|nlike|iclike|icnlike)|(like|notlike)"      \
	"|bpchar(like|nlike|iclike|icnlike)|name(like|nlike|iclike|icnlike)"          \
	"|int2|int4|int8|float4|float8|numeric|text|varchar|bpchar|name|date"         \
	"|timestamp|timestamptz|interval|bool|bit|varbit|money|char|oid|inet|cidr)$"

#define GROUP_VALUE                                                                    \
	"sum,min,max,avg,string_agg,bool_and,bool_or,every,bit_and,bit_or,stddev_pop," \
	"var_pop"

#define GROUP_ALWAYS "array_agg,json_agg,jsonb_agg,json_object_agg,jsonb_object_agg"

#define ROWS                                                                            \
	"generate_series,generate_subscripts,jsonb_array_elements,json_array_elements," \
	"jsonb_object_keys,json_object_keys,jsonb_each,json_each,regexp_split_to_table"

#define ROWS_FIRST "jsonb_each_text,json_each_text"

/* Extensions of PostgreSQL's own whose strict functions never look anything up. */
#define LIBRARIES "$libdir/uuid-ossp,$libdir/pg_trgm,$libdir/unaccent,$libdir/citext"

#define IS(names) " WHEN p.proname = ANY ('{" names "}') THEN "

/* Comparisons are known by what they are called: int4eq, date_lt_timestamp. */
static const char facts_sql[] =
    "SELECT p.oid, p.proisstrict, CASE"
    " WHEN p.proisstrict AND NOT p.proretset AND p.probin = ANY ('{" LIBRARIES "}')"
    " THEN 2"
    " WHEN p.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace THEN 0"
    " WHEN p.proretset THEN CASE" IS(ROWS) "5" IS(ROWS_FIRST) "6 ELSE 0 END" IS(
	NEVER) "1"
	       " WHEN p.prokind = 'a' THEN CASE" IS(GROUP_VALUE) "3" IS(
		   GROUP_ALWAYS) "4 ELSE 0 END" IS(AS_ARGUMENTS) "2"
								 " WHEN NOT "
								 "p.proisstrict THEN 0"
								 " WHEN p.proname ~ "
								 "'" PATTERN
								 "' AND NOT 3802::oid = "
								 "ANY (p.proargtypes) "
								 "THEN 2"
								 " WHEN p.proname IN "
								 "('substring', "
								 "'substr') AND 23::oid "
								 "= ANY (p.proargtypes) "
								 "THEN 2"
								 " WHEN p.prorettype = "
								 "16 AND p.pronargs = 2"
								 " AND p.proname ~ "
								 "'(eq|ne|lt|le|gt|ge)(_("
								 "date|timestamp|"
								 "timestamptz))?$' THEN 2"
								 " ELSE 0 END"
								 " FROM "
								 "pg_catalog.pg_proc AS "
								 "p ORDER BY p.oid";

aet_status
codegen_functions_read(codegen_memory *memory, aet__connection *connection,
    aet__deadline deadline, codegen_function_facts **out, aet_error *err)
{
	codegen_function_facts *facts = codegen_room(memory, 1, sizeof(*facts));
	aet__result *result = NULL;
	aet_status status =
	    aet__connection_query(connection, facts_sql, NULL, 0, deadline, &result, err);

	if (status != AET_OK)
		return status;
	facts->count = aet__result_rows(result);
	facts->items = codegen_room(memory, facts->count, sizeof(*facts->items));
	for (size_t i = 0; i < facts->count; i++) {
		facts->items[i].oid = (uint32_t)aet__result_int64(result, i, 0);
		facts->items[i].strict = aet__result_bool(result, i, 1);
		facts->items[i].class =
		    (codegen_function_class)aet__result_int64(result, i, 2);
	}
	aet__result_free(result);
	*out = facts;
	return AET_OK;
}

codegen_function_fact
codegen_function_fact_of(const codegen_function_facts *facts, uint32_t oid)
{
	size_t low = 0;
	size_t high = facts->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (facts->items[middle].oid == oid)
			return facts->items[middle];
		if (facts->items[middle].oid < oid)
			low = middle + 1;
		else
			high = middle;
	}
	return (codegen_function_fact){ oid, false, CODEGEN_UNKNOWN };
}
