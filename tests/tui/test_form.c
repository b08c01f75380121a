/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forms: each kind of field, moving, checking, completing, submitting. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tui/widgets/form.h"
#include "widget_screens.h"

static const struct list_column device_columns[] = {
	{.title = "Device"},
	{.title = "Size", .rank = 1, .is_right = true},
	{.title = "On it", .rank = 2},
};

static enum widget_answer on_key(void *widget, const struct key *key)
{
	return form_key(widget, key);
}

static void on_draw(const void *widget, struct canvas *canvas, struct area area)
{
	form_draw(widget, canvas, area);
}

static enum widget_answer press(struct form *form, const char *names)
{
	return screens_press(on_key, form, names);
}

static char *check_field(void *data, const struct form *form, const char *name)
{
	(*(int *)data)++;
	if (strcmp(name, "target") == 0 && form_get(form, name)[0] != '/')
		return text_copy("must be a full path, such as /mnt");
	if (strcmp(name, "host") == 0 && strcmp(form_get(form, name), "bad") == 0)
		return text_copy("no");
	return NULL;
}

static void complete_path(void *data, const char *name, const char *typed,
			  struct text_list *candidates)
{
	static const char *const paths[] = {"/mnt/", "/media/", "/mnt/a\xc3\xa4", "/mnt/a\xc3\xb6",
					    "/srv/one/"};

	(void)data;
	assert_string_equal(name, "target");
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		bool is_deeper = strchr(paths[i] + strspn(typed, "/"), '/') && strlen(typed) < 5 &&
				 strncmp(paths[i], "/mnt/a", 6) == 0;

		if (text_has_prefix(paths[i], typed) && !is_deeper)
			text_list_add(candidates, paths[i]);
	}
}

static void fill(struct form *form, int *checks)
{
	static const char *const devices[][3] = {{"sda1", "512M", "vfat"},
						 {"md1", "39.5G", "Debian 12 (web01)"},
						 {"nvme0n1p1", "1.8T", "xfs data"}};

	form_init(form, "Show the plan");
	form_set_callbacks(form, check_field, complete_path, checks);
	form_add_note(form,
		      "Mounts the whole tree of the system the way its own fstab says. Nothing "
		      "is done before you have seen the plan.");
	form_add_device(form, "system", "System", "Which system to mount.", device_columns,
			ARRAY_SIZE(device_columns));
	for (size_t i = 0; i < ARRAY_SIZE(devices); i++)
		form_add_option(form, devices[i][0], devices[i]);
	form_add_choice(form, "mode", "Mode",
			"Read-only changes nothing on the disks, not even the "
			"journal of a filesystem that was not unmounted.");
	form_add_option(form, "ro", (const char *const[]){"read-only"});
	form_add_option(form, "rw", (const char *const[]){"read-write"});
	form_add_path(form, "target", "Under", "The folder under which it is mounted.", "/mnt");
	form_add_heading(form, "Entries of fstab");
	form_add_flag(form, "/", "/", "The root filesystem.", true);
	form_set_detail(form, "/", ROLE_DIM, "md1, ext4");
	form_add_flag(form, "/home", "/home", NULL, false);
	form_set_detail(form, "/home", ROLE_WARNING,
			"UUID=6b6fb4a0-51b1-4d5c-a8d3-2f2d8c2f9a11 is on no disk here");
	form_add_heading(form, "More");
	form_add_text(form, "host", "Name of the host", "As it is to be called.", "web01");
	form_add_secret(form, "key", "Passphrase of sda3", "Of the LUKS container.");
}

static void test_pictures(void **state)
{
	_cleanup_canvas_ struct canvas *canvas = canvas_new(20, 60);
	struct form form;
	int checks = 0;

	(void)state;
	fill(&form, &checks);
	screens_expect_all("start", on_draw, &form);
	press(&form, "Down");
	screens_expect_all("choice", on_draw, &form);
	press(&form, "Down Backspace Home Delete x Down");
	screens_expect_all("message", on_draw, &form);
	form_draw(&form, canvas, canvas_area(canvas));
	screens_expect_roles("message, roles", canvas);
	press(&form, "Up");
	screens_expect_all("message of the current field", on_draw, &form);
	press(&form, "Down Down Down Down a b c");
	screens_expect_all("secret", on_draw, &form);
	press(&form, "Down");
	screens_expect_all("button", on_draw, &form);
	form_done(&form);
}

static void test_moves(void **state)
{
	static const struct {
		const char *keys, *name;
	} cases[] = {
		{"Up", "system"},
		{"Down", "mode"},
		{"Tab", "mode"},
		{"Tab Tab", "target"},
		{"Tab Shift-Tab", "system"},
		{"Down Down Down", "/"},
		{"Down Down Down Up", "target"},
		{"End", NULL},
		{"End Tab", "system"},
		{"End Up", "key"},
		{"End Down", NULL},
		{"End Home", NULL},
		{"End Up Up Up", "/home"},
		{"Wheel-Down Wheel-Down Wheel-Up", "mode"},
		{"PgDn", NULL},
		{"PgDn PgUp", "system"},
		{"Down Enter", "target"},
		{"Down Down Enter Enter", "/home"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct form form;
		int checks = 0;

		fill(&form, &checks);
		screens_draw(on_draw, &form, 24, 80);
		(void)press(&form, cases[i].keys);
		if (strcmp(cases[i].keys, "End Home") == 0) /* Home on the button: the first */
			assert_string_equal(form_current(&form), "system");
		else if (cases[i].name)
			assert_string_equal(form_current(&form), cases[i].name);
		else
			assert_null(form_current(&form));
		form_done(&form);
	}
}

static void test_values(void **state)
{
	struct form form;
	int checks = 0;

	(void)state;
	fill(&form, &checks);
	assert_string_equal(form_get(&form, "system"), "sda1");
	assert_false(form_is_typing(&form));
	assert_int_equal(press(&form, "q"), WIDGET_IGNORED);
	press(&form, "Left");
	assert_string_equal(form_get(&form, "system"), "nvme0n1p1");
	press(&form, "Right Right");
	assert_string_equal(form_get(&form, "system"), "md1");
	press(&form, "Down Space");
	assert_string_equal(form_get(&form, "mode"), "rw");
	press(&form, "Left Left");
	assert_string_equal(form_get(&form, "mode"), "rw");
	press(&form, "Down");
	assert_true(form_is_typing(&form));
	press(&form, "/ q Left Left Left w");
	assert_string_equal(form_get(&form, "target"), "/mnwt/q");
	press(&form, "Down Space Down Space Left");
	assert_null(form_get(&form, "/"));
	assert_true(form_get_flag(&form, "/home"));
	press(&form, "Down Ctrl-U n e w Down s p a c e Space Space");
	assert_string_equal(form_get(&form, "host"), "new");
	assert_string_equal(form_get(&form, "key"), "space  ");
	form_set(&form, "mode", "ro");
	form_set(&form, "system", "nvme0n1p1");
	form_set(&form, "/", "yes");
	form_set(&form, "/home", NULL);
	form_set(&form, "host", "other");
	form_set(&form, "nobody", "x");
	assert_string_equal(form_get(&form, "mode"), "ro");
	assert_string_equal(form_get(&form, "system"), "nvme0n1p1");
	assert_true(form_get_flag(&form, "/"));
	assert_false(form_get_flag(&form, "/home"));
	assert_string_equal(form_get(&form, "host"), "other");
	assert_null(form_get(&form, "nobody"));
	form_select(&form, "mode");
	assert_string_equal(form_current(&form), "mode");
	form_select(&form, NULL);
	assert_null(form_current(&form));
	assert_int_equal(press(&form, "Esc"), WIDGET_CANCELLED);
	form_done(&form);
}

static void test_device(void **state)
{
	struct form form;
	int checks = 0;

	(void)state;
	fill(&form, &checks);
	press(&form, "Right Enter");
	assert_true(form_is_typing(&form)); /* q is for the list, not for the screen */
	screens_expect_all("list of devices", on_draw, &form);
	assert_int_equal(press(&form, "Down q"), WIDGET_HANDLED);
	assert_string_equal(form_get(&form, "system"), "md1");
	press(&form, "Space / x f s Enter Enter");
	assert_string_equal(form_get(&form, "system"), "nvme0n1p1");
	assert_string_equal(form_current(&form), "system");
	press(&form, "Enter Esc Down Up Space");
	form_done(&form); /* with its list open */
}

static void test_checks(void **state)
{
	struct form form;
	int checks = 0;

	(void)state;
	fill(&form, &checks);
	press(&form, "Down Down Ctrl-U");
	assert_null(form.fields[3].message); /* not while it is typed for the first time */
	press(&form, "Down");
	assert_string_equal(form.fields[3].message, "must be a full path, such as /mnt");
	press(&form, "End");
	assert_int_equal(press(&form, "Enter"), WIDGET_HANDLED);
	assert_string_equal(form_current(&form), "target"); /* led to what is wrong */
	press(&form, "x");
	assert_non_null(form.fields[3].message);
	press(&form, "Backspace /"); /* seen at once when it is right */
	assert_null(form.fields[3].message);
	form_set_message(&form, "/home", "not there any more");
	assert_int_equal(press(&form, "Down End Enter"), WIDGET_CHOSEN);
	form_set(&form, "host", "bad");
	form_select(&form, "key"); /* the last field submits, too */
	assert_int_equal(press(&form, "Enter"), WIDGET_HANDLED);
	assert_string_equal(form_current(&form), "host");
	press(&form, "Ctrl-U");
	form_select(&form, "key");
	assert_int_equal(press(&form, "Enter"), WIDGET_CHOSEN);
	assert_true(checks > 0);
	form_done(&form);
}

/* Of a group one is on; going through it with Enter changes nothing. */
static void test_radios(void **state)
{
	struct form form;

	(void)state;
	form_init(&form, "Show the plan");
	form_add_radio(&form, "strength", "look", "Look only", "changes nothing");
	form_add_radio(&form, "strength", "repair", "Repair", "what is safe");
	form_add_radio(&form, "other", "loud", "Loud", NULL);
	form_add_radio(&form, "strength", "repair-all", "Repair all", "everything");
	screens_draw(on_draw, &form, 12, 60);
	assert_string_equal(form_get(&form, "strength"), "look");
	assert_string_equal(form_get(&form, "other"), "loud");
	press(&form, "Enter Enter Enter");
	assert_string_equal(form_get(&form, "strength"), "look");
	press(&form, "Space");
	assert_string_equal(form_get(&form, "strength"), "repair-all");
	assert_string_equal(form_get(&form, "other"), "loud");
	assert_false(form_get_flag(&form, "look"));
	assert_true(form_get_flag(&form, "repair-all"));
	press(&form, "Home Down Space Space");
	assert_string_equal(form_get(&form, "strength"), "repair");
	form_set(&form, "strength", "look");
	assert_string_equal(form_get(&form, "strength"), "look");
	assert_null(form_get(&form, "nothing"));
	form_done(&form);
}

static void test_completion(void **state)
{
	struct form form;
	int checks = 0;

	(void)state;
	fill(&form, &checks);
	form_set(&form, "target", "/m");
	form_select(&form, "target");
	press(&form, "Tab");
	screens_expect_all("candidates", on_draw, &form);
	assert_string_equal(form_current(&form), "target");
	assert_string_equal(form_get(&form, "target"), "/m");
	press(&form, "n Tab");
	assert_string_equal(form_get(&form, "target"), "/mnt/");
	form_set(&form, "target", "/mnt/a");
	press(&form, "Tab"); /* they share half a character: none of it is taken */
	assert_string_equal(form_get(&form, "target"), "/mnt/a");
	assert_string_equal(form.candidates, "a\xc3\xa4  a\xc3\xb6");
	form_set(&form, "target", "/s/more");
	press(&form, "Home Right Right Tab"); /* in the middle */
	assert_string_equal(form_get(&form, "target"), "/srv/one//more");
	form_set(&form, "target", "/srv/one/");
	press(&form, "Tab"); /* complete: on to the next */
	assert_string_equal(form_current(&form), "/");
	form_set(&form, "target", "/nothing");
	form_select(&form, "target");
	press(&form, "Tab");
	assert_string_equal(form_current(&form), "/");
	form_done(&form);
}

static void test_mouse(void **state)
{
	struct key key = {.code = KEY_CODE_CLICK, .row = 7, .column = 25};
	struct form form;
	int checks = 0;

	(void)state;
	fill(&form, &checks);
	screens_draw(on_draw, &form, 24, 80);
	assert_int_equal(form_key(&form, &key), WIDGET_HANDLED); /* the flag of / */
	assert_string_equal(form_current(&form), "/");
	assert_false(form_get_flag(&form, "/"));
	key.row = 6; /* a heading */
	assert_int_equal(form_key(&form, &key), WIDGET_HANDLED);
	assert_string_equal(form_current(&form), "/");
	key.row = 4;
	assert_int_equal(form_key(&form, &key), WIDGET_HANDLED);
	assert_string_equal(form_current(&form), "target");
	assert_int_equal(form.fields[3].edit.cursor, 3);
	key.row = 3;
	assert_int_equal(form_key(&form, &key), WIDGET_HANDLED);
	assert_string_equal(form_get(&form, "mode"), "rw");
	key.row = 14;
	assert_int_equal(form_key(&form, &key), WIDGET_CHOSEN);
	key.row = 23; /* the help */
	assert_int_equal(form_key(&form, &key), WIDGET_IGNORED);
	key.row = 2;
	assert_int_equal(form_key(&form, &key), WIDGET_HANDLED);
	assert_true(form.is_picking);
	form_done(&form);
}

/* What a screen says about a field without checking it stays, and is in nobody's way. */
static void test_messages(void **state)
{
	struct form form;

	(void)state;
	form_init(&form, "Go on");
	form_add_flag(&form, "a", "/home", NULL, false);
	form_add_flag(&form, "b", "/srv", NULL, false);
	form_set_message(&form, "a", "a guess: sda6 was called hda6");
	form_set_message(&form, "nobody", "x");
	assert_int_equal(press(&form, "Space Down Up Down Down"), WIDGET_HANDLED);
	assert_string_equal(form.fields[0].message, "a guess: sda6 was called hda6");
	assert_int_equal(press(&form, "Enter"), WIDGET_CHOSEN);
	form_set_message(&form, "a", NULL);
	assert_null(form.fields[0].message);
	form_done(&form);
}

/* Nothing to fill in, nothing to choose from, more choices than fit. */
static void test_odd_forms(void **state)
{
	struct form form;

	(void)state;
	form_init(&form, "Go on");
	assert_int_equal(press(&form, "Tab Up Down x"), WIDGET_IGNORED);
	screens_expect_all("only a button", on_draw, &form);
	assert_int_equal(press(&form, "Enter"), WIDGET_CHOSEN);
	form_add_heading(&form, "Heading");
	form_add_note(&form, "Note");
	assert_null(form_current(&form));
	assert_int_equal(press(&form, "Tab Space"), WIDGET_CHOSEN);
	form_add_choice(&form, "none", "A label that is so long that it cannot stand in full",
			NULL);
	assert_string_equal(form_current(&form), "none");
	form_add_device(&form, "no device", "Device", NULL, device_columns,
			ARRAY_SIZE(device_columns));
	form_add_choice(&form, "many", "Many", "One of many.");
	for (int i = 1; i <= 40; i++) {
		_cleanup_free_ char *text = text_format("option number %d", i);

		form_add_option(&form, text, (const char *const[]){text});
	}
	assert_int_equal(press(&form, "Space Left Right Down Space Enter Left"), WIDGET_HANDLED);
	assert_string_equal(form_get(&form, "many"), "option number 40");
	assert_null(form_get(&form, "none"));
	assert_null(form_get(&form, "no device"));
	screens_expect_all("odd", on_draw, &form);
	form_done(&form);
}

/* More fields than lines, at any size. */
static void test_long_form(void **state)
{
	struct form form;

	(void)state;
	form_init(&form, "Mount");
	for (int i = 0; i < 60; i++) {
		_cleanup_free_ char *name = text_format("/srv/%d", i);

		if (i % 10 == 0)
			form_add_heading(&form, "Ten more");
		form_add_flag(&form, name, name, "Whether to mount it.", i % 2);
	}
	screens_expect_all("long", on_draw, &form);
	press(&form, "PgDn PgDn PgDn PgDn");
	screens_expect_all("long, further down", on_draw, &form);
	press(&form, "End");
	screens_expect_all("long, end", on_draw, &form);
	press(&form, "Home");
	screens_expect_all("long", on_draw, &form);
	for (int rows = 1; rows < 20; rows++) {
		for (int columns = 1; columns < 60; columns += 3)
			screens_draw(on_draw, &form, rows, columns);
	}
	form_done(&form);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pictures),  cmocka_unit_test(test_moves),
		cmocka_unit_test(test_values),	  cmocka_unit_test(test_device),
		cmocka_unit_test(test_checks),	  cmocka_unit_test(test_completion),
		cmocka_unit_test(test_radios),	  cmocka_unit_test(test_mouse),
		cmocka_unit_test(test_odd_forms), cmocka_unit_test(test_long_form),
		cmocka_unit_test(test_messages),
	};

	screens_open("form");
	return screens_close(cmocka_run_group_tests(tests, NULL, NULL));
}
