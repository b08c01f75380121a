/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The local accounts of a Windows system, how each is, and what lets it in again. */
#include "action/windows_accounts.h"

#include "base/i18n.h"
#include "base/printable.h"
#include "tui/screens/accounts.h"
#include "tui/screens/reading.h"
#include "tui/screens/screens.h"

#define FLAG_BLANK "blank-password"
#define FLAG_UNLOCK "unlock"
#define FLAG_ENABLE "enable"
#define FLAG_ADMINISTRATOR "administrator"

struct windows_screen {
	struct accounts_base base; /* first */
	bool has_all;		   /* also those that Windows keeps for itself */
	const char *flag;	   /* that was asked for */
};

static const struct list_column columns[] = {
	{.title = N_("NAME"), .minimum = 12, .preferred = 24, .rank = 0},
	{.title = N_("ADMINISTRATOR"), .minimum = 13, .rank = 2},
	{.title = N_("HOW IT IS"), .minimum = 24, .preferred = 40, .rank = 1},
	{.title = N_("LAST LOGIN"), .minimum = 10, .rank = 3},
};

#define COLUMN_STATE 2

/* --- the rows */

static char *format_name(const struct windows_account *account)
{
	_cleanup_free_ char *name = printable_text(account->name);
	_cleanup_free_ char *full = printable_text(account->full_name);

	return *full ? text_format("%s (%s)", name, full) : TAKE_PTR(name);
}

static bool is_shut_out(const struct windows_account *account)
{
	return account->is_disabled || account->is_locked || account->is_expired;
}

static void add_row(struct windows_screen *screen, const struct windows_account *account)
{
	_cleanup_free_ char *name = format_name(account);
	_cleanup_free_ char *state = describe_windows_account(account);
	_cleanup_free_ char *login = describe_windows_login(account);
	_cleanup_free_ char *day = text_format(account->last_login > 0 ? "%.10s" : "%s",
					       login); /* the hour stands below */
	_cleanup_free_ char *id = text_format("%u", account->rid);
	const char *texts[] = {name, account->is_administrator ? _("yes") : _("no"),
			       *state ? state : _("has a password"), day};
	struct list_row *row = list_add(&screen->base.listing.list, id, 0, ROLE_NORMAL, texts);

	if (is_shut_out(account))
		row->roles[COLUMN_STATE] = ROLE_WARNING;
}

static void add_remarks(const struct accounts_watch *watch, struct text_list *remarks)
{
	accounts_add_first_remarks(watch, remarks);
	describe_windows_notes(&watch->windows, remarks);
	accounts_add_last_remarks(watch, remarks);
}

static char *format_empty(const struct accounts_watch *watch)
{
	if (watch->has_windows)
		return text_copy(_("It has no account of people; . shows all."));
	return accounts_format_unread(watch);
}

static void fill(const struct app *app, struct windows_screen *screen)
{
	const struct accounts_watch *watch = accounts_of(app);
	_cleanup_free_ char *empty = format_empty(watch);

	text_list_done(&screen->base.listing.remarks);
	list_set_empty(&screen->base.listing.list, empty);
	list_begin(&screen->base.listing.list);
	for (size_t i = 0; watch->has_windows && i < watch->windows.count; i++) {
		if (screen->has_all || windows_account_could_log_in(&watch->windows.items[i]))
			add_row(screen, &watch->windows.items[i]);
	}
	list_end(&screen->base.listing.list);
	if (watch->has_windows)
		add_remarks(watch, &screen->base.listing.remarks);
	accounts_set_list_title(app, &screen->base);
}

static void refresh(struct app *app, void *state)
{
	struct windows_screen *screen = state;

	knowledge_want_accounts(app_knowledge(app), screen->base.system);
	fill(app, screen);
}

static void open_accounts(struct app *app, void *state, const void *argument)
{
	struct windows_screen *screen = state;

	accounts_base_init(&screen->base, &screen_windows_accounts, columns, ARRAY_SIZE(columns),
			   argument);
	accounts_watch_set_stale(&app_knowledge(app)->accounts);
}

static const struct windows_account *find_current(const struct app *app,
						  const struct windows_screen *screen)
{
	const char *rid = list_current_id(&screen->base.listing.list);
	const struct accounts_watch *watch = accounts_of(app);

	for (size_t i = 0; rid && watch->has_windows && i < watch->windows.count; i++) {
		_cleanup_free_ char *id = text_format("%u", watch->windows.items[i].rid);

		if (text_is_equal(id, rid))
			return &watch->windows.items[i];
	}
	return NULL;
}

/* --- drawing */

/* All that is known of the current row, of which there may be no room in it. */
static char *describe_current(const struct windows_account *account)
{
	_cleanup_free_ char *name = format_name(account);
	_cleanup_free_ char *state = describe_windows_account(account);
	_cleanup_free_ char *login = describe_windows_login(account);

	return text_format(
		_("%s - %s; %s; last login: %s"), name, *state ? state : _("has a password"),
		account->is_administrator ? _("an administrator") : _("no administrator"), login);
}

static void draw(const struct app *app, const void *state, struct canvas *canvas, struct area area)
{
	const struct windows_account *account = find_current(app, state);
	_cleanup_free_ char *text = account ? describe_current(account) : NULL;

	listing_draw_with_pane(state, canvas, area, text);
}

/* --- what is asked for, now or once the system is mounted */

static void open_choices(struct app *app, void *state)
{
	const struct windows_screen *screen = state;
	const struct windows_account *account = find_current(app, screen);
	const struct action *action = action_find("windows-account");
	struct answers answers;
	const struct form_argument argument = {.action = action,
					       .system = screen->base.system,
					       .answers = &answers,
					       .back_to = &screen_windows_accounts};

	if (!account)
		return;
	answers_init(&answers, action);
	accounts_answer(app, action, account->name, &answers);
	app_open(app, &screen_form, &argument);
	answers_done(&answers);
}

static void open_flag(struct app *app, void *state)
{
	const struct windows_screen *screen = state;

	if (find_current(app, screen))
		accounts_open_plan(app, "windows-account",
				   list_current_id(&screen->base.listing.list), screen->flag,
				   &screen_windows_accounts);
}

static enum reaction ask_for_flag(struct app *app, void *state, const char *flag)
{
	((struct windows_screen *)state)->flag = flag;
	return accounts_ask_for(app, state, open_flag);
}

/* --- keys */

static enum reaction choose(struct app *app, void *state)
{
	return accounts_ask_for(app, state, open_choices);
}

static enum reaction blank(struct app *app, void *state)
{
	return ask_for_flag(app, state, FLAG_BLANK);
}

static enum reaction unlock(struct app *app, void *state)
{
	return ask_for_flag(app, state, FLAG_UNLOCK);
}

static enum reaction enable(struct app *app, void *state)
{
	return ask_for_flag(app, state, FLAG_ENABLE);
}

static enum reaction make_administrator(struct app *app, void *state)
{
	return ask_for_flag(app, state, FLAG_ADMINISTRATOR);
}

static const char *why_not_choose(const struct app *app, const void *state)
{
	return find_current(app, state) ? NULL : _("There is no account to mend.");
}

static const char *why_not_blank(const struct app *app, const void *state)
{
	const struct windows_account *account = find_current(app, state);

	if (!account)
		return why_not_choose(app, state);
	if (account->online_name)
		return _("Microsoft keeps the password of this account: it is changed on another "
			 "computer, at account.live.com/password/reset.");
	return account->password == WINDOWS_PASSWORD_BLANK ? _("It has no password already.")
							   : NULL;
}

static const char *why_not_unlock(const struct app *app, const void *state)
{
	const struct windows_account *account = find_current(app, state);

	if (!account)
		return why_not_choose(app, state);
	return account->is_locked || account->failures ? NULL : _("It is not locked.");
}

static const char *why_not_enable(const struct app *app, const void *state)
{
	const struct windows_account *account = find_current(app, state);

	if (!account)
		return why_not_choose(app, state);
	return account->is_disabled || account->is_expired ? NULL : _("It is enabled already.");
}

static const char *why_not_administrator(const struct app *app, const void *state)
{
	const struct windows_account *account = find_current(app, state);

	if (!account)
		return why_not_choose(app, state);
	return account->is_administrator ? _("It is one already.") : NULL;
}

static enum reaction toggle_all(struct app *app, void *state)
{
	struct windows_screen *screen = state;

	screen->has_all = !screen->has_all;
	fill(app, screen);
	return REACTION_REDRAW;
}

static enum reaction on_key(struct app *app, void *state, const struct key *key)
{
	struct windows_screen *screen = state;
	enum widget_answer answer = list_key(&screen->base.listing.list, key);

	return answer == WIDGET_CHOSEN ? choose(app, state) : reaction_of(answer);
}

static const struct binding bindings[] = {
	{.key = KEY_CODE_ENTER,
	 .label = N_("mend"),
	 .help = N_("Choose what is to be done for the account, several things at once."),
	 .run = choose,
	 .why_not = why_not_choose},
	{.key = 'p',
	 .label = N_("no password"),
	 .help = N_("Take its password away: it gets in without, and sets a new one in Windows."),
	 .run = blank,
	 .why_not = why_not_blank},
	{.key = 'e',
	 .label = N_("enable"),
	 .help = N_("Enable an account that is disabled or has expired."),
	 .run = enable,
	 .why_not = why_not_enable},
	{.key = 'u',
	 .label = N_("unlock"),
	 .help = N_("Forget the wrong passwords that have locked it."),
	 .run = unlock,
	 .why_not = why_not_unlock},
	{.key = 's',
	 .label = N_("admin"),
	 .help = N_("Make it an administrator."),
	 .run = make_administrator,
	 .why_not = why_not_administrator},
	{.key = 'i',
	 .label = N_("notes"),
	 .help = N_("Show all that stands below the list: what is out of reach, and what keeps "
		    "anything from being changed."),
	 .run = listing_show_remarks,
	 .why_not = listing_why_no_remarks},
	{.key = 'o',
	 .label = N_("other system"),
	 .help = N_("Show the accounts of the next system."),
	 .run = accounts_open_next,
	 .why_not = accounts_why_not_next},
	{.key = '.',
	 .twin = 'a',
	 .label = N_("all"),
	 .help = N_("Show all accounts, also those that Windows keeps for itself; again: only "
		    "those of people."),
	 .run = toggle_all},
	{.key = 'r',
	 .label = N_("read again"),
	 .help = N_("Read the accounts again."),
	 .run = accounts_read_again},
	{.key = 0},
};

const struct screen_class screen_windows_accounts = {
	.name = "windows-accounts",
	.title = N_("Accounts of Windows"),
	.help = N_(
		"The local accounts of a Windows system, as its registry (SAM) has them: whether "
		"each is disabled or locked, has a password, is an administrator.\n"
		"A password of Windows is not set here but taken away: the account gets in "
		"without, and sets a new one there. The plan is shown first; the registry file "
		"that is changed is kept beside it, and undo brings it back. Files that Windows "
		"has encrypted (EFS) for the account stay unreadable without its old password.\n"
		"Accounts of Microsoft and of a domain are kept elsewhere and out of reach. A "
		"Windows that is hibernated, as after a \"fast\" shutdown, cannot be changed: the "
		"notes (i) say what to do."),
	.bindings = bindings,
	.state_size = sizeof(struct windows_screen),
	.open = open_accounts,
	.refresh = refresh,
	.resume = accounts_resume,
	.draw = draw,
	.on_key = on_key,
	.is_typing = listing_is_typing,
	.get_title = accounts_get_title,
	.close = accounts_close_list,
};
