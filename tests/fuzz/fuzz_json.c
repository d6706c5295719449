/* SPDX-License-Identifier: MIT */
#include <jansson.h>

#include <aeturnis/json.h>

#include "target.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	aet_json json = { input_text(data, size), size };
	aet_json printed;
	json_t *tree;
	json_t *again;
	char *text;

	if (aet_json_to_tree(json, &tree, NULL) == AET_OK) {
		PROPERTY(aet_json_from_tree(tree, &text, NULL) == AET_OK);
		printed = aet_set_json(text).value;
		PROPERTY(aet_json_to_tree(printed, &again, NULL) == AET_OK);
		PROPERTY(json_equal(tree, again));
		json_decref(again);
		json_decref(tree);
		aet_json_text_free(text);
	}
	free((void *)(uintptr_t)json.text);
	return 0;
}
