/* SPDX-License-Identifier: MIT */
#include "commands/seeding.h"

#include "core/memory.h"

aet_seed_options
seeding_options(const cli_context *cli)
{
	aet_seed_options opts = AET_SEED_OPTIONS_INIT;

	opts.admin_password =
	    aet_environment_get(cli->environment, "AETURNIS_SEED_ADMIN_PASSWORD");
	opts.test_password =
	    aet_environment_get(cli->environment, "AETURNIS_SEED_TEST_PASSWORD");
	opts.demo_passwords = cli->options.demo_passwords;
	opts.production = aet_environment_is_production(cli->environment);
	return opts;
}

static void
show_user(cli_context *cli, const char *email, bool created, bool generated,
    const char *password)
{
	cli_output *out = &cli->output;

	output_line(out, "%s %s", created ? "created" : "kept   ", email);
	if (generated)
		output_line(out, "        password, shown this once: %s", password);
	output_append(out, "users",
	    json_pack("{s:s, s:b, s:o}", "email", email, "created", created, "password",
		output_text(generated ? password : NULL)));
}

void
seeding_show(cli_context *cli, aet_seed_report *report)
{
	show_user(cli, "admin@aeturnis.com", report->admin_created,
	    report->admin_generated, report->admin_password);
	show_user(cli, "test@example.com", report->test_created, report->test_generated,
	    report->test_password);
	aet__memory_wipe(report->admin_password, sizeof(report->admin_password));
	aet__memory_wipe(report->test_password, sizeof(report->test_password));
}
