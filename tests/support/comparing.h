/* SPDX-License-Identifier: MIT */
/* Two catalogues written down, and what the comparison of them says. */
#ifndef TEST_SUPPORT_COMPARING_H
#define TEST_SUPPORT_COMPARING_H

#include <check.h>

#include "catalog/compare.h"

/* A catalogue of one table, whose parts a test changes. */
typedef struct model {
	aet__schema schema;
	aet__table_column columns[2];
	const char *key[1];
	aet__constraint constraint;
	aet__index_key index_key;
	aet__index index;
	aet__table table;
	const char *labels[2];
	aet__enum_type mood;
	aet__domain_check check;
	aet__domain domain;
	aet__sequence sequence;
	aet__object object;
	aet__catalog catalog;
} model;

/* As test_compare_setup fills them, alike; a test then changes them. */
extern model expected;
extern model actual;
extern aet__compare_policy policy;
extern aet__differences *found;

/* For tcase_add_checked_fixture. */
void test_compare_setup(void);
void test_compare_teardown(void);

/* Compares anew: the result is found. */
void compare(void);

void assert_nothing(void);

/* There is one difference, and this is it: one that fails a check, or a note. */
void assert_one(aet__difference_kind kind, const char *object, const char *sentence);
void assert_note(aet__difference_kind kind, const char *object, const char *sentence);

/* Runs the tests of one case; a test program's main returns it. */
int test_compare_main(const char *name, void (*add)(TCase *tcase));

#endif
