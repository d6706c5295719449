/* SPDX-License-Identifier: MIT */
#include "functions.h"

/*
 * The whitelists: names in pg_catalog, by what is known of them. Not on them,
 * for they may give NULL for arguments that are not: what looks something up
 * (json's ->, has_table_privilege, pg_get_...), array_length of an empty array,
 * the bounds of a range, to_number, a date's fields and the time of day of an
 * infinity, what a pattern is searched for with.
 */
static const char never_null[] =
    "now,clock_timestamp,statement_timestamp,transaction_timestamp,timeofday,"
    "gen_random_uuid,random,pi,concat,quote_nullable,json_build_object,"
    "json_build_array,jsonb_build_object,jsonb_build_array,count,regr_count,"
    "row_number,rank,dense_rank,percent_rank,cume_dist,version,pg_backend_pid,"
    "current_database,txid_current,txid_current_snapshot,pg_current_xact_id,"
    "pg_current_snapshot,num_nulls,num_nonnulls,array_append,array_prepend,"
    "pg_typeof,pg_notify,set_config,enum_first,enum_last,enum_range,int4range,"
    "int8range,numrange,tsrange,tstzrange,daterange,pg_client_encoding,"
    "getdatabaseencoding,pg_postmaster_start_time,pg_conf_load_time,"
    "pg_is_in_recovery,lastval";

static const char as_arguments[] =
    "lower,upper,initcap,length,char_length,character_length,octet_length,bit_length,"
    "btrim,ltrim,rtrim,replace,translate,repeat,reverse,left,right,lpad,rpad,overlay,"
    "md5,hashtext,hashtextextended,sha224,sha256,sha384,sha512,encode,decode,convert,"
    "convert_from,convert_to,"
    "ascii,to_ascii,chr,unistr,normalize,is_normalized,strpos,position,starts_with,"
    "split_part,to_hex,parse_ident,quote_ident,quote_literal,like,notlike,like_escape,"
    "similar_to_escape,regexp_replace,regexp_count,regexp_instr,regexp_like,"
    "regexp_split_to_array,get_bit,set_bit,get_byte,set_byte,bit_count,"
    "abs,ceil,ceiling,floor,round,trunc,sign,sqrt,cbrt,power,pow,exp,ln,log,log10,mod,"
    "div,gcd,lcm,factorial,scale,min_scale,trim_scale,width_bucket,degrees,radians,"
    "sin,sind,sinh,asin,asind,asinh,cos,cosd,cosh,acos,acosd,acosh,tan,tand,tanh,atan,"
    "atand,atanh,atan2,atan2d,cot,cotd,setseed,"
    "date_trunc,date_bin,age,make_date,make_time,make_timestamp,make_timestamptz,"
    "make_interval,timezone,isfinite,to_timestamp,to_date,justify_days,justify_hours,"
    "justify_interval,"
    "to_json,to_jsonb,row_to_json,array_to_json,json_typeof,jsonb_typeof,"
    "json_array_length,jsonb_array_length,jsonb_pretty,jsonb_strip_nulls,"
    "json_strip_nulls,json_object,jsonb_object,jsonb_set,jsonb_insert,jsonb_delete,"
    "jsonb_delete_path,jsonb_concat,jsonb_path_query_array,jsonb_contains,"
    "jsonb_contained,jsonb_exists,jsonb_exists_any,jsonb_exists_all,"
    "cardinality,array_to_string,trim_array,arraycontains,arraycontained,arrayoverlap,"
    "nextval,currval,setval,pg_size_pretty,pg_size_bytes,pg_column_size,"
    "pg_get_userbyid,current_schemas,current_user,session_user,pg_sleep,"
    "pg_advisory_lock,pg_advisory_lock_shared,pg_advisory_unlock,"
    "pg_advisory_unlock_shared,pg_advisory_unlock_all,pg_advisory_xact_lock,"
    "pg_advisory_xact_lock_shared,pg_try_advisory_lock,pg_try_advisory_lock_shared,"
    "pg_try_advisory_xact_lock,pg_try_advisory_xact_lock_shared,pg_cancel_backend,"
    "pg_terminate_backend,pg_stat_get_numscans,pg_stat_get_tuples_returned,"
    "pg_stat_get_tuples_fetched,pg_stat_get_tuples_inserted,pg_stat_get_tuples_updated,"
    "pg_stat_get_tuples_deleted,pg_stat_get_tuples_hot_updated,pg_stat_get_live_tuples,"
    "pg_stat_get_dead_tuples,pg_stat_get_mod_since_analyze,pg_stat_get_ins_since_vacuum,"
    "pg_stat_get_vacuum_count,pg_stat_get_autovacuum_count,pg_stat_get_analyze_count,"
    "pg_stat_get_autoanalyze_count,pg_stat_get_blocks_fetched,pg_stat_get_blocks_hit,"
    "to_tsvector,to_tsquery,plainto_tsquery,phraseto_tsquery,websearch_to_tsquery,"
    "ts_rank,ts_rank_cd,ts_headline,ts_delete,ts_filter,setweight,strip,numnode,"
    "querytree,array_to_tsvector,tsvector_to_array,tsvector_concat,tsquery_and,"
    "tsquery_or,tsquery_not,tsquery_phrase,ts_match_vq,ts_match_qv,ts_match_tt,"
    "ts_match_tq,"
    "host,hostmask,netmask,masklen,set_masklen,network,broadcast,abbrev,family,"
    "inet_merge,inet_same_family,inetand,inetor,inetnot,inetpl,inetmi,inetmi_int8,"
    "int8pl_inet,network_sub,network_subeq,network_sup,network_supeq,network_overlap,"
    "textcat,textanycat,anytextcat,byteacat,bitcat,bitand,bitor,bitxor,bitnot,"
    "bitshiftleft,bitshiftright,boolnot,"
    "range_contains,range_contained_by,range_overlaps,range_contains_elem,"
    "elem_contained_by_range,range_adjacent,range_before,range_after,range_overleft,"
    "range_overright,range_union,range_minus,range_intersect,range_merge,isempty,"
    "lower_inc,upper_inc,lower_inf,upper_inf,multirange,ntile,xmlcomment,"
    "xml_is_well_formed,xpath,xpath_exists,pg_lsn_mi,pg_wal_lsn_diff";

static const char as_first[] =
    "format,concat_ws,format_type,string_to_array,array_remove,array_replace,"
    "array_positions";

static const char group_value[] =
    "sum,min,max,avg,string_agg,bool_and,bool_or,every,bit_and,bit_or,bit_xor,"
    "stddev_pop,var_pop,any_value,range_agg,range_intersect_agg,mode,percentile_cont,"
    "percentile_disc";

static const char group_always[] =
    "array_agg,json_agg,jsonb_agg,json_object_agg,jsonb_object_agg";

static const char rows[] =
    "generate_series,generate_subscripts,jsonb_array_elements,json_array_elements,"
    "jsonb_object_keys,json_object_keys,jsonb_each,json_each,jsonb_path_query,"
    "regexp_split_to_table,regexp_matches,pg_timezone_names,pg_timezone_abbrevs,ts_stat";

#define NUMBERS                                                                      \
	"(int2|int4|int8|int24|int42|int28|int82|int48|int84|float4|float8|float48|" \
	"float84)"

/* What operators and casts stand on. */
static const char as_operators[] =
    "^(" NUMBERS "(pl|mi|mul|div|mod|um|up|abs|and|or|xor|not|shl|shr|larger|smaller)"
    "|numeric_(add|sub|mul|div|mod|uminus|uplus|abs|power)|dpow|dsqrt|dcbrt"
    "|date_(pli|mii|mi|pl_interval|mi_interval)|datetime_pl|integer_pl_date"
    "|(timestamp|timestamptz|time|timetz)_(pl|mi)_(interval|time)|interval_pl_.*"
    "|(timestamp|timestamptz|interval|time)_(pl|mi)|interval_(um|mul|div)"
    "|mul_d_interval|cash_.*|text(like|nlike|iclike|icnlike)|(like|notlike)"
    "|bpchar(like|nlike|iclike|icnlike)|name(like|nlike|iclike|icnlike)"
    "|(text|bpchar|name)(ic)?regex(eq|ne)|xid(eq|neq)int4"
    "|int2|int4|int8|float4|float8|numeric|text|varchar|bpchar|name|date"
    "|timestamp|timestamptz|interval|bool|bit|varbit|money|char|oid|inet|cidr)$";

/* Extensions of PostgreSQL's own whose strict functions never look anything up. */
static const char libraries[] =
    "$libdir/uuid-ossp,$libdir/pg_trgm,$libdir/unaccent,$libdir/citext,"
    "$libdir/pgcrypto,$libdir/fuzzystrmatch";

/* And those of which some do. */
static const char in_libraries[] =
    "nlevel,subltree,subpath,ltree2text,text2ltree,ltree_addltree,ltree_addtext,"
    "ltree_textadd,ltree_isparent,ltree_risparent,ltq_regex,ltq_rregex,hs_concat,exist,"
    "exists_any,exists_all,defined,akeys,avals,hs_contains,hs_contained,hstore_to_json,"
    "hstore_to_jsonb,hstore_to_array,hstore_to_matrix";

/*
 * Comparisons are what a b-tree's or a hash index's operators stand on, and their
 * opposites: an index could not live with NULL. 25 is text, 23 integer, 3802 jsonb, whose
 * null other casts than to text may turn to NULL; to_char gives NULL for a time
 * that is infinite. 2278 is void, of which PL/pgSQL makes a value, and SQL NULL.
 */
static const char facts_sql[] =
    "WITH ordered AS (SELECT o.oprcode, n.oprcode AS opposite"
    " FROM pg_catalog.pg_amop AS a"
    " JOIN pg_catalog.pg_am AS m ON m.oid = a.amopmethod"
    " JOIN pg_catalog.pg_operator AS o ON o.oid = a.amopopr"
    " LEFT JOIN pg_catalog.pg_operator AS n ON n.oid = o.oprnegate"
    " WHERE m.amname IN ('btree', 'hash') AND a.amoppurpose = 's')"
    " SELECT p.oid, p.proisstrict,"
    " p.provolatile = 'v' OR p.proname = 'statement_timestamp', p.provolatile = 'i', CASE"
    " WHEN p.proisstrict AND NOT p.proretset AND p.probin LIKE '$libdir/%'"
    " AND (p.probin = ANY ($1::text[]) OR p.proname = ANY ($2::text[]) OR c.code IS NOT "
    "NULL)"
    " THEN 2"
    " WHEN p.prorettype = 2278 AND l.lanname = 'plpgsql'"
    " THEN CASE WHEN p.proisstrict THEN 2 ELSE 1 END"
    " WHEN p.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace THEN 0"
    " WHEN p.proretset THEN CASE WHEN p.proname = ANY ($3::text[]) THEN 10"
    " WHEN p.proname = 'string_to_table' AND p.pronargs = 2 THEN 10"
    " WHEN p.proname IN ('jsonb_each_text', 'json_each_text', 'pg_show_all_settings',"
    " 'pg_lock_status', 'pg_get_keywords', 'pg_available_extensions') THEN 11"
    " WHEN p.proname = 'unnest' AND p.prorettype = 2283 THEN 12 ELSE 0 END"
    " WHEN p.proname = ANY ($4::text[])"
    " THEN CASE WHEN p.proisstrict AND p.pronargs > 0 THEN 2 ELSE 1 END"
    " WHEN p.prokind = 'a' THEN CASE WHEN p.proname = ANY ($5::text[]) THEN 6"
    " WHEN p.proname = ANY ($6::text[]) THEN 7 ELSE 0 END"
    " WHEN p.prokind = 'w' AND p.proname IN ('first_value', 'last_value') THEN 8"
    " WHEN p.prokind = 'w' AND p.proname IN ('lag', 'lead') AND p.pronargs = 3 THEN 9"
    " WHEN p.proname = ANY ($7::text[]) THEN 3"
    " WHEN p.proname = 'array_cat' THEN 4"
    " WHEN p.proname = 'array_to_string' THEN 2"
    " WHEN NOT p.proisstrict THEN 0"
    " WHEN p.proname IN ('lower', 'upper') AND p.proargtypes[0] <> 25 THEN 0"
    " WHEN p.proname = ANY ($8::text[]) THEN 2"
    " WHEN p.proname = 'current_setting' AND p.pronargs = 1 THEN 2"
    " WHEN p.proname IN ('extract', 'date_part') THEN 5"
    " WHEN p.proname = 'to_char' AND p.proargtypes[0] IN (20, 23, 700, 701, 1700) THEN 2"
    " WHEN p.proname ~ $9 AND (p.proname = 'text' OR NOT 3802::oid = ANY "
    "(p.proargtypes)) THEN 2"
    " WHEN p.proname IN ('substring', 'substr') AND 23::oid = ANY (p.proargtypes) THEN 2"
    " WHEN c.code IS NOT NULL THEN 2"
    " ELSE 0 END"
    " FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang"
    " LEFT JOIN (SELECT oprcode FROM ordered UNION SELECT opposite FROM ordered) AS c "
    "(code)"
    " ON c.code = p.oid ORDER BY p.oid";

static aet_status
ask(aet__connection *connection, codegen_memory *memory, aet__deadline deadline,
    aet__result **out, aet_error *err)
{
	const char *const lists[] = { libraries, in_libraries, rows, never_null,
		group_value, group_always, as_first, as_arguments };
	const char *parameters[sizeof(lists) / sizeof(lists[0]) + 1];
	size_t count = sizeof(lists) / sizeof(lists[0]);

	for (size_t i = 0; i < count; i++)
		parameters[i] = codegen_format(memory, "{%s}", lists[i]);
	parameters[count++] = as_operators;
	return aet__connection_query(
	    connection, facts_sql, parameters, count, deadline, out, err);
}

aet_status
codegen_functions_read(codegen_memory *memory, aet__connection *connection,
    aet__deadline deadline, codegen_function_facts **out, aet_error *err)
{
	codegen_function_facts *facts = codegen_room(memory, 1, sizeof(*facts));
	aet__result *result = NULL;
	aet_status status = ask(connection, memory, deadline, &result, err);

	if (status != AET_OK)
		return status;
	facts->count = aet__result_rows(result);
	facts->items = codegen_room(memory, facts->count, sizeof(*facts->items));
	for (size_t i = 0; i < facts->count; i++) {
		facts->items[i] = (codegen_function_fact){
			.oid = (uint32_t)aet__result_int64(result, i, 0),
			.strict = aet__result_bool(result, i, 1),
			.varies = aet__result_bool(result, i, 2),
			.fixed = aet__result_bool(result, i, 3),
			.class = (codegen_function_class)aet__result_int64(result, i, 4),
		};
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
	return (codegen_function_fact){ .oid = oid, .varies = true };
}
