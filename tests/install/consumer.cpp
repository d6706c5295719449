// SPDX-License-Identifier: MIT
// The library from C++17: the headers declare C linkage, handles fit a
// unique_ptr, and {} starts every struct.
#include <aeturnis/db.h>

#include <cstdio>
#include <memory>
#include <string>
#include <type_traits>

struct close_environment {
	void operator()(aet_environment *env) const { aet_environment_free(env); }
};

using environment = std::unique_ptr<aet_environment, close_environment>;

static_assert(std::is_standard_layout_v<aet_db_options>);
static_assert(std::is_trivially_copyable_v<aet_error>);

static environment load()
{
	aet_environment *raw = nullptr;
	aet_error err{};

	if (aet_environment_load(nullptr, &raw, &err) != AET_OK)
		std::fprintf(stderr, "%s\n", err.message);
	return environment(raw);
}

int main()
{
	const environment env = load();
	aet_error err{};
	aet_uuid one{}, other{};

	if (!env || aet_environment_get(env.get(), "AET_CONSUMER_SETS_NO_SUCH_NAME") != nullptr)
		return 1;
	if (aet_uuid_random(&one, &err) != AET_OK || aet_uuid_random(&other, &err) != AET_OK)
		return 1;
	if (aet_uuid_equal(one, other) || !aet_uuid_equal(one, one))
		return 1;
	if (std::string(aet_version()) != AET_VERSION_STRING)
		return 1;
	std::printf("libaeturnis-db %s\n", aet_version());
	return 0;
}
