/* SPDX-License-Identifier: MIT */
/* The text of kinds/NAME.sql, embedded by the build. */
#ifndef AET_DB_DIFF_QUERIES_H
#define AET_DB_DIFF_QUERIES_H

/* All of them; NULL-ended. */
extern const char *const diff_queries[];

extern const char diff_query_prelude[];
extern const char diff_query_aliases[];
extern const char diff_query_dependencies[];
extern const char diff_query_subscriptions[]; /* for superusers */
/* By itself, without the prelude. */
extern const char diff_query_clean[];

extern const char diff_query_schemas[];
extern const char diff_query_extensions[];
extern const char diff_query_tables[];
extern const char diff_query_table_facts[];
extern const char diff_query_options[];
extern const char diff_query_columns[];
extern const char diff_query_column_facts[];
extern const char diff_query_constraints[];
extern const char diff_query_indexes[];
extern const char diff_query_sequences[];
extern const char diff_query_views[];
extern const char diff_query_triggers[];
extern const char diff_query_policies[];
extern const char diff_query_functions[];
extern const char diff_query_types[];
extern const char diff_query_comments[];
extern const char diff_query_privileges[];
extern const char diff_query_foreign[];
extern const char diff_query_languages[];
extern const char diff_query_operators[];
extern const char diff_query_publications[];
extern const char diff_query_others[];
extern const char diff_query_owners[];
extern const char diff_query_text_search[];

#endif
