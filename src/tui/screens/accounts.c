/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The accounts of a system that could log in, and what stands in the way of each. */
#include "tui/screens/accounts.h"

#include "action/accounts.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "tui/screens/reading.h"
#include "tui/screens/screens.h"

struct accounts_screen {
	struct accounts_base base; /* first */
	bool has_all;		   /* also those that are not meant for logins */
};

static const struct list_column columns[] = {
	{.title = N_("NAME"), .minimum = 8, .preferred = 14, .rank = 0},
	{.title = N_("CONSOLE"), .minimum = 7, .rank = 2},
	{.title = N_("SSH PASSWORD"), .minimum = 12, .rank = 4},
	{.title = N_("SSH KEY"), .minimum = 7, .rank = 3},
	{.title = N_("WHAT STANDS IN THE WAY"), .minimum = 20, .rank = 1},
};

#define COLUMN_FIRST_WAY 1

static const enum role answer_roles[] = {
	[LOGIN_NO] = ROLE_ERROR, [LOGIN_DEPENDS] = ROLE_WARNING, [LOGIN_YES] = ROLE_OK};

/* --- the rows */

static bool gets_in_every_way(const struct account_state *account)
{
	for (size_t i = 0; i < LOGIN_WAYS; i++) {
		if (account->answers[i] != LOGIN_YES)
			return false;
	}
	return true;
}

/* What stands in its way, in a line, without what stands below the list for several. */
static char *describe_state(const struct account_state *account,
			    const struct shared_obstacles *shared)
{
	_cleanup_free_ char *own = describe_account_own(account, shared);
	_cleanup_free_ char *notes = describe_account_notes(account);
	_cleanup_text_list_ struct text_list parts = {0};

	if (*own)
		text_list_add(&parts, own);
	else if (!account->could_log_in)
		text_list_add(&parts, _("not meant for logins"));
	else if (!gets_in_every_way(account))
		text_list_add(&parts, _("only what the notes say (i)"));
	if (*notes)
		text_list_add(&parts, notes);
	return text_list_join(&parts, "; ");
}

static void add_row(struct accounts_screen *screen, const struct account_state *account,
		    const struct shared_obstacles *shared)
{
	_cleanup_free_ char *name = printable_text(account->name);
	_cleanup_free_ char *state = describe_state(account, shared);
	const char *texts[] = {name, describe_login_answer(account->answers[LOGIN_CONSOLE]),
			       describe_login_answer(account->answers[LOGIN_SSH_PASSWORD]),
			       describe_login_answer(account->answers[LOGIN_SSH_KEY]), state};
	struct list_row *row;

	row = list_add(&screen->base.listing.list, account->name, 0, ROLE_NORMAL, texts);
	for (size_t i = 0; i < LOGIN_WAYS; i++)
		row->roles[COLUMN_FIRST_WAY + i] = (unsigned char)answer_roles[account->answers[i]];
}

/* --- what stands below them */

static char *format_system_obstacle(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *what = accounts_format_obstacle(obstacle);
	_cleanup_free_ char *ways = describe_obstacle_ways(obstacle);

	if (obstacle->weight == OBSTACLE_NOTE)
		return text_format("%s.", what);
	return text_format(obstacle->weight == OBSTACLE_BLOCKS
				   ? _("In everybody's way (%s): %s.")
				   : _("Maybe in everybody's way (%s): %s."),
			   ways, what);
}

static char *format_shared_obstacle(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *what = accounts_format_obstacle(obstacle);
	_cleanup_free_ char *ways = describe_obstacle_ways(obstacle);

	return text_format(obstacle->weight == OBSTACLE_BLOCKS
				   ? _("In the way of several accounts (%s): %s.")
				   : _("Maybe in the way of several accounts (%s): %s."),
			   ways, what);
}

static void add_remarks(const struct accounts_watch *watch, const struct shared_obstacles *shared,
			struct text_list *remarks)
{
	const struct accounts *accounts = &watch->accounts;
	bool lacks = accounts_lack_root(accounts); /* of all that there is no room for, not that */

	accounts_add_first_remarks(watch, remarks);
	if (lacks)
		describe_accounts_notes(accounts, &watch->target, NULL, remarks);
	for (size_t i = 0; i < accounts->system.count; i++)
		text_list_take(remarks, format_system_obstacle(&accounts->system.items[i]));
	for (size_t i = 0; i < shared->count; i++)
		text_list_take(remarks, format_shared_obstacle(shared->items[i]));
	for (size_t i = 0; i < accounts->source_count; i++)
		text_list_take(remarks, describe_account_source(&accounts->sources[i]));
	if (!lacks)
		describe_accounts_notes(accounts, &watch->target, NULL, remarks);
	accounts_add_last_remarks(watch, remarks);
}

/* --- keeping it up to date */

static char *format_empty(const struct accounts_watch *watch)
{
	if (watch->has_accounts)
		return text_copy(watch->accounts.has_passwd
					 ? _("No account of it is meant for logins; . shows all.")
					 : _("It has no /etc/passwd that could be read."));
	return accounts_format_unread(watch);
}

static void fill(const struct app *app, struct accounts_screen *screen)
{
	const struct accounts_watch *watch = accounts_of(app);
	_cleanup_shared_obstacles_ struct shared_obstacles shared = {0};
	_cleanup_free_ char *empty = format_empty(watch);

	if (watch->has_accounts)
		shared_obstacles_find(&watch->accounts, &shared);
	text_list_done(&screen->base.listing.remarks);
	list_set_empty(&screen->base.listing.list, empty);
	list_begin(&screen->base.listing.list);
	for (size_t i = 0; watch->has_accounts && i < watch->accounts.count; i++) {
		if (screen->has_all || watch->accounts.items[i].could_log_in)
			add_row(screen, &watch->accounts.items[i], &shared);
	}
	list_end(&screen->base.listing.list);
	if (watch->has_accounts)
		add_remarks(watch, &shared, &screen->base.listing.remarks);
	accounts_set_list_title(app, &screen->base);
}

static void refresh(struct app *app, void *state)
{
	struct accounts_screen *screen = state;

	knowledge_want_accounts(app_knowledge(app), screen->base.system);
	fill(app, screen);
}

static void open_accounts(struct app *app, void *state, const void *argument)
{
	struct accounts_screen *screen = state;

	accounts_base_init(&screen->base, &screen_accounts, columns, ARRAY_SIZE(columns), argument);
	accounts_watch_set_stale(&app_knowledge(app)->accounts);
}

/* --- drawing */

/* All that is known of the current row, of which there may be no room in it. */
static char *describe_current(const struct account_state *account)
{
	_cleanup_text_list_ struct text_list ways = {0};
	_cleanup_free_ char *name = printable_text(account->name);
	_cleanup_free_ char *state = describe_account(account), *joined = NULL;

	for (size_t i = 0; i < LOGIN_WAYS; i++)
		text_list_format(&ways, "%s: %s", describe_login_way((enum login_way)i),
				 describe_login_answer(account->answers[i]));
	joined = text_list_join(&ways, ", ");
	return text_format("%s - %s; %s%s%s%s", name, joined,
			   account->is_admin ? _("may become root") : _("may not become root"),
			   account->could_log_in ? "" : _("; not meant for logins"),
			   *state ? "; " : "", state);
}

static const struct account_state *find_current(const struct app *app,
						const struct accounts_screen *screen)
{
	const char *name = list_current_id(&screen->base.listing.list);
	const struct accounts_watch *watch = accounts_of(app);

	return name && watch->has_accounts ? accounts_find(&watch->accounts, name) : NULL;
}

static void draw(const struct app *app, const void *state, struct canvas *canvas, struct area area)
{
	const struct accounts_screen *screen = state;
	const struct account_state *account = find_current(app, screen);
	_cleanup_free_ char *text = account ? describe_current(account) : NULL;

	listing_draw_with_pane(state, canvas, area, text);
}

/* --- keys */

static enum reaction open_current(struct app *app, void *state)
{
	const struct accounts_screen *screen = state;
	const struct account_argument argument = {screen->base.system,
						  list_current_id(&screen->base.listing.list)};

	if (!argument.name)
		return REACTION_NOTHING;
	app_open(app, &screen_account, &argument);
	return REACTION_REDRAW;
}

static enum reaction toggle_all(struct app *app, void *state)
{
	struct accounts_screen *screen = state;

	screen->has_all = !screen->has_all;
	fill(app, screen);
	return REACTION_REDRAW;
}

/* --- what is asked for, now or once the system is mounted */

static void open_new(struct app *app, void *state)
{
	const struct accounts_screen *screen = state;
	const struct account_argument argument = {screen->base.system, NULL};

	app_open(app, &screen_password, &argument);
}

static void mend_everybodys(struct app *app, void *state)
{
	(void)state; /* what is in everybody's way needs no account */
	accounts_open_plan(app, "mend-account", NULL, "all", &screen_accounts);
}

static void mend_root(struct app *app, void *state)
{
	(void)state; /* it is always root */
	accounts_open_plan(app, "mend-account", "root", account_mend_word(MEND_LINE),
			   &screen_accounts);
}

static enum reaction put_root_back(struct app *app, void *state)
{
	return accounts_ask_for(app, state, mend_root);
}

static bool lacks_root(const struct app *app, const void *state)
{
	const struct accounts_watch *watch = accounts_of(app);

	(void)state;
	return watch->has_accounts && accounts_lack_root(&watch->accounts);
}

static enum reaction add_account(struct app *app, void *state)
{
	return accounts_ask_for(app, state, open_new);
}

static enum reaction mend_for_everybody(struct app *app, void *state)
{
	return accounts_ask_for(app, state, mend_everybodys);
}

static const char *why_not_everybody(const struct app *app, const void *state)
{
	const struct accounts_watch *watch = accounts_of(app);

	(void)state;
	for (size_t i = 0; watch->has_accounts && i < watch->accounts.system.count; i++) {
		if (watch->accounts.system.items[i].mend != MEND_NONE)
			return NULL;
	}
	return _("Nothing that could be mended stands in everybody's way; each account has its own "
		 "(Enter).");
}

static const char *why_not_add(const struct app *app, const void *state)
{
	const struct accounts_watch *watch = accounts_of(app);

	(void)state;
	if (!watch->has_accounts)
		return _("The accounts are not known yet.");
	return watch->accounts.has_passwd ? NULL : _("There is no /etc/passwd to add one to.");
}

static enum reaction on_key(struct app *app, void *state, const struct key *key)
{
	struct accounts_screen *screen = state;
	enum widget_answer answer = list_key(&screen->base.listing.list, key);

	return answer == WIDGET_CHOSEN ? open_current(app, state) : reaction_of(answer);
}

static const struct binding bindings[] = {
	{.key = KEY_CODE_ENTER,
	 .label = N_("open"),
	 .help = N_("Show what stands in the way of the account, and mend it."),
	 .run = open_current,
	 .why_not = listing_why_not_open},
	{.key = 't',
	 .label = N_("put root back"),
	 .help = N_("Show the plan that puts a line of root into /etc/passwd."),
	 .run = put_root_back,
	 .is_there = lacks_root},
	{.key = 'n',
	 .label = N_("new"),
	 .help = N_("Add an account of your own that may become root, for an emergency."),
	 .run = add_account,
	 .why_not = why_not_add},
	{.key = 'e',
	 .label = N_("everybody's"),
	 .help = N_("Show the plan that mends what stands in everybody's way."),
	 .run = mend_for_everybody,
	 .why_not = why_not_everybody},
	{.key = 'o',
	 .label = N_("other system"),
	 .help = N_("Show the accounts of the next system."),
	 .run = accounts_open_next,
	 .why_not = accounts_why_not_next},
	{.key = 'i',
	 .label = N_("notes"),
	 .help = N_("Show all that stands below the list: what is in everybody's way, and which "
		    "accounts are out of reach."),
	 .run = listing_show_remarks,
	 .why_not = listing_why_no_remarks},
	{.key = '.',
	 .twin = 'a',
	 .label = N_("all"),
	 .help = N_("Show all accounts, also those of services that nobody logs in with; again: "
		    "only those that could."),
	 .run = toggle_all},
	{.key = 'u',
	 .label = NULL,
	 .help = N_("See what can be undone."),
	 .run = accounts_open_undo},
	{.key = 'r',
	 .label = N_("read again"),
	 .help = N_("Read the accounts again."),
	 .run = accounts_read_again},
	{.key = 0},
};

const struct screen_class screen_accounts = {
	.name = "accounts",
	.title = N_("Accounts"),
	.help = N_(
		"Every account of the installed system that could log in, and in which ways it "
		"gets in: at the console (the screen, or a serial line), over SSH with a "
		"password, over SSH with a key. \"depends\" means that it hangs on the terminal, "
		"on where one comes from, or on the hour.\n"
		"Enter opens an account; there everything that stands in its way is mended, one "
		"thing or all of it. Each time you see first which files would be changed and "
		"how, and all of it can be undone.\n"
		"All of this is read from the files of the system; nothing of it is run. It need "
		"not be mounted for that; to mend something it is mounted first, and you are "
		"asked."),
	.bindings = bindings,
	.state_size = sizeof(struct accounts_screen),
	.open = open_accounts,
	.refresh = refresh,
	.resume = accounts_resume,
	.draw = draw,
	.on_key = on_key,
	.is_typing = listing_is_typing,
	.get_title = accounts_get_title,
	.close = accounts_close_list,
};
