/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

#include <aeturnis/environment.h>

#include "core/lexer.h"
#include "support/process.h"

/* One letter a token, so that a case reads on one line. */
static const char letters[] = {
	[AET__TOKEN_END] = '$',
	[AET__TOKEN_WORD] = 'w',
	[AET__TOKEN_QUOTED] = 'q',
	[AET__TOKEN_STRING] = 's',
	[AET__TOKEN_COMMENT] = 'c',
	[AET__TOKEN_SEMICOLON] = ';',
	[AET__TOKEN_OPEN] = '(',
	[AET__TOKEN_CLOSE] = ')',
	[AET__TOKEN_DOT] = '.',
	[AET__TOKEN_BACKSLASH] = '\\',
	[AET__TOKEN_OTHER] = 'o',
	[AET__TOKEN_UNTERMINATED_STRING] = '1',
	[AET__TOKEN_UNTERMINATED_QUOTED] = '2',
	[AET__TOKEN_UNTERMINATED_DOLLAR] = '3',
	[AET__TOKEN_UNTERMINATED_COMMENT] = '4',
};

static void
assert_tokens(const char *text, const char *want)
{
	aet__lexer lexer = { .text = text, .len = strlen(text) };
	char got[64];
	size_t count = 0;
	aet__token token;

	do {
		token = aet__lexer_next(&lexer);
		ck_assert_uint_lt(count, sizeof(got) - 1);
		got[count++] = letters[token.kind];
	} while (token.kind != AET__TOKEN_END);
	got[count - 1] = '\0';
	ck_assert_msg(strcmp(got, want) == 0, "%s: \"%s\", not \"%s\"", text, got, want);
}

START_TEST(strings)
{
	assert_tokens("'a;b'", "s");
	assert_tokens("'it''s;'", "s");
	assert_tokens("'a\\';", "s;");
	assert_tokens("E'a\\';'", "s");
	assert_tokens("e'\\\\';", "s;");
	assert_tokens("E'''\\'';", "s;");
	assert_tokens("U&'a\\';", "s;");
	assert_tokens("u&'\\0041' UESCAPE '!'", "sws");
	assert_tokens("N'x;' B'01' X'1F'", "wswsws");
	assert_tokens("name'x'", "ws");
	assert_tokens("the'x\\'", "ws");
}
END_TEST

START_TEST(strings_go_on_after_a_line_end)
{
	assert_tokens("E'a'\n 'b\\';'", "s");
	assert_tokens("E'a' -- why\n\t'b\\';'", "s");
	assert_tokens("E'a' 'b\\';", "ss;");
	assert_tokens("E'a'\n;", "s;");
	assert_tokens("E'a'\n-- 'b\n;", "sc;");
}
END_TEST

START_TEST(quoted_names)
{
	assert_tokens("\"a;b\"", "q");
	assert_tokens("\"a\"\";b\";", "q;");
	assert_tokens("U&\"d\\0061t;\"", "q");
	assert_tokens("U & \"x\"", "woq");
}
END_TEST

START_TEST(dollar_quotes)
{
	assert_tokens("$$ ; $$;", "s;");
	assert_tokens("$fn$ $$;$$ $f$ ; $fn$", "s");
	assert_tokens("$\xC3\xA9$ ; $\xC3\xA9$", "s");
	assert_tokens("$1 + $2;", "ooooo;");
	assert_tokens("$1$ ; $1$", "ooo;ooo");
	assert_tokens("a$$b; $$c;$$", "w;s");
	assert_tokens("a $$b;$$", "ws");
	assert_tokens("$A$ $a$ ; $A$", "s");
	assert_tokens("1$$;$$", "os");
}
END_TEST

START_TEST(comments)
{
	assert_tokens("-- ;\n;", "c;");
	assert_tokens("-- ;\r;", "c;");
	assert_tokens("a--b;", "wc");
	assert_tokens("/* ; /* ; */ ; */ ;", "c;");
	assert_tokens("/*/ ; */;", "c;");
	assert_tokens("1 */* ; */ 2", "ooco");
	assert_tokens("- - ;", "oo;");
	assert_tokens("'--' \"/*\" $$--$$", "sqs");
}
END_TEST

START_TEST(what_never_ends)
{
	assert_tokens("a 'b;", "w1");
	assert_tokens("E'b\\'", "1");
	assert_tokens("E'b\\", "1");
	assert_tokens("\"b\"\"", "2");
	assert_tokens("$a$ $b$", "3");
	assert_tokens("/* /* */", "4");
	assert_tokens("/*", "4");
	assert_tokens("", "");
	assert_tokens("$", "o");
	assert_tokens("\\d", "\\w");
}
END_TEST

START_TEST(words_compare_without_case)
{
	aet__lexer lexer = { .text = "BeGin \"begin\" beginning", .len = 22 };
	aet__token token = aet__lexer_next(&lexer);

	ck_assert(aet__token_is(&lexer, token, "begin"));
	ck_assert(!aet__token_is(&lexer, aet__lexer_next(&lexer), "begin"));
	ck_assert(!aet__token_is(&lexer, aet__lexer_next(&lexer), "begin"));
}
END_TEST

/* A program may run in a Turkish locale, where "I" is no upper-case "i": made here,
 * where the machine can make one. */
static bool
enter_turkish(const char *scratch)
{
	char command[200];

	snprintf(command, sizeof(command),
	    "localedef -i tr_TR -f UTF-8 %s/tr_TR.UTF-8 >/dev/null 2>&1", scratch);
	if (system(command) != 0)
		return false;
	setenv("LOCPATH", scratch, 1);
	if (setlocale(LC_ALL, "tr_TR.UTF-8") == NULL)
		return false;
	/* In UTF-8 tolower knows ASCII only; what compares words may know more. */
	ck_assert_int_eq(towlower(L'I'), 0x131);
	return true;
}

START_TEST(words_are_the_same_in_every_locale)
{
	char *scratch = test_scratch_make();
	aet__lexer lexer = { .text = "COMMIT", .len = 6 };

	(void)enter_turkish(scratch);
	test_scratch_remove(scratch);
	ck_assert(aet__token_is(&lexer, aet__lexer_next(&lexer), "commit"));
	setenv("AETURNIS_ENV", "PRODUCTION", 1);
	ck_assert(aet_environment_is_production(NULL));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("lexer");
	TCase *tcase = tcase_create("lexer");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, strings);
	tcase_add_test(tcase, strings_go_on_after_a_line_end);
	tcase_add_test(tcase, quoted_names);
	tcase_add_test(tcase, dollar_quotes);
	tcase_add_test(tcase, comments);
	tcase_add_test(tcase, what_never_ends);
	tcase_add_test(tcase, words_compare_without_case);
	tcase_set_timeout(tcase, 30);
	tcase_add_test(tcase, words_are_the_same_in_every_locale);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	test_scratch_begin();
	srunner_run_all(runner, CK_NORMAL);
	test_scratch_end();
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
