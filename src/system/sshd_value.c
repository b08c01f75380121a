/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a keyword of sshd_config is for one login: Match blocks weighed, the first value taken,
 * lists added up. */
#include <string.h>

#include "base/alloc.h"
#include "system/sshd_parts.h"

/* --- by keyword */

/* Those of a keyword beside each other, in the order in which sshd meets them. */
static int compare_settings(const void *a, const void *b)
{
	const struct sshd_setting *first = *(const struct sshd_setting *const *)a;
	const struct sshd_setting *second = *(const struct sshd_setting *const *)b;
	int order = strcmp(first->keyword, second->keyword);

	return order ? order : first < second ? -1 : first > second;
}

void sshd_config_sort(struct sshd_config *config)
{
	config->by_keyword = alloc_zero(config->count + 1, sizeof(*config->by_keyword));
	for (size_t i = 0; i < config->count; i++)
		config->by_keyword[i] = &config->settings[i];
	if (config->count)
		qsort(config->by_keyword, config->count, sizeof(*config->by_keyword),
		      compare_settings);
}

/* The first of KEYWORD in by_keyword, or where it would be. */
static size_t find_first(const struct sshd_config *config, const char *keyword)
{
	size_t from = 0, to = config->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (strcmp(config->by_keyword[middle]->keyword, keyword) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static void add_counting(struct sshd_counting *counting, const struct sshd_setting *setting,
			 enum sshd_answer answer)
{
	counting->items = alloc_grow(counting->items, counting->count, &counting->capacity,
				     sizeof(*counting->items));
	counting->items[counting->count++] = (struct sshd_counted){setting, answer};
	counting->has_certain |= answer == SSHD_YES;
}

void sshd_counting_find(const struct sshd_config *config, const struct sshd_keyword *keyword,
			const struct sshd_login *login, struct sshd_counting *ret_counting)
{
	size_t first = find_first(config, keyword->name);
	struct sshd_counting counting = {0};

	for (int inside = login != NULL; inside >= 0; inside--) {
		if (!inside && counting.has_certain)
			break;
		for (size_t i = first; i < config->count; i++) {
			const struct sshd_setting *setting = config->by_keyword[i];
			enum sshd_answer answer;

			if (strcmp(setting->keyword, keyword->name) != 0 ||
			    (counting.has_certain && !keyword->adds_up))
				break;
			if ((setting->match != 0) != inside)
				continue;
			answer = sshd_setting_applies(config, setting, login);
			if (answer != SSHD_NO)
				add_counting(&counting, setting, answer);
		}
	}
	*ret_counting = counting;
}

void sshd_counting_done(struct sshd_counting *counting)
{
	free(counting->items);
	*counting = (struct sshd_counting){0};
}

/* --- as a value */

static void take_value(struct sshd_value *value, const struct sshd_setting *setting)
{
	value->setting = value->setting ? value->setting : setting;
	text_list_copy(&value->values, &setting->values);
}

static void add_alternative(const struct sshd_config *config, struct sshd_value *value,
			    const struct sshd_setting *setting)
{
	value->alternatives =
		alloc_grow(value->alternatives, value->alternative_count,
			   &value->alternative_capacity, sizeof(*value->alternatives));
	value->alternatives[value->alternative_count++] = (struct sshd_alternative){
		.setting = setting,
		.match = &config->matches[setting->match - 1],
	};
}

void sshd_config_get(const struct sshd_config *config, const char *name,
		     const struct sshd_login *login, struct sshd_value *ret_value)
{
	const struct sshd_keyword *keyword = sshd_keyword_find(name);
	_cleanup_sshd_counting_ struct sshd_counting counting = {0};
	struct sshd_value value = {0};

	if (keyword)
		sshd_counting_find(config, keyword, login, &counting);
	for (size_t i = 0; i < counting.count; i++) {
		if (counting.items[i].answer == SSHD_YES)
			take_value(&value, counting.items[i].setting);
		else
			add_alternative(config, &value, counting.items[i].setting);
	}
	if (keyword && !value.setting && keyword->default_value)
		text_list_split(&value.values, keyword->default_value, " ");
	*ret_value = value;
}

void sshd_value_done(struct sshd_value *value)
{
	text_list_done(&value->values);
	free(value->alternatives);
	*value = (struct sshd_value){0};
}

const char *sshd_value_text(const struct sshd_value *value)
{
	return value->values.count ? value->values.items[0] : "";
}
