/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One account: what stands in its way, and what mends that. */
#include <string.h>

#include "action/accounts.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "tui/screens/accounts.h"
#include "tui/screens/pairs.h"
#include "tui/screens/reading.h"
#include "tui/screens/screens.h"
#include "tui/widgets/frame.h"

#define PANE_ROWS 3 /* what is to be said of the current line, with its rule */
#define TABLE_ROWS_MIN 4
#define FACTS_ROWS_MIN 3 /* fewer say too little */

struct account_screen {
	struct accounts_base base; /* first */
	struct text_view facts;
	char *name;
	enum account_mend mend; /* what was asked for */
};

static const struct list_column columns[] = {
	{.title = N_("EFFECT"), .minimum = 6, .rank = 2},
	{.title = N_("WHAT STANDS IN THE WAY"), .minimum = 34, .rank = 0},
	{.title = N_("WHAT MENDS IT"), .minimum = 20, .preferred = 24, .rank = 1},
	{.title = N_("IN THE WAY OF"), .minimum = 24, .rank = 3},
};

#define COLUMN_WEIGHT 0

static const struct {
	const char *word; /* N_() */
	enum role role;
} weights[] = {
	[OBSTACLE_BLOCKS] = {N_("blocks"), ROLE_ERROR},
	[OBSTACLE_MAY] = {N_("may"), ROLE_WARNING},
	[OBSTACLE_NOTE] = {N_("note"), ROLE_NORMAL},
};

static const struct account_state *find_account(const struct app *app,
						const struct account_screen *screen)
{
	const struct accounts_watch *watch = accounts_of(app);

	return watch->has_accounts ? accounts_find(&watch->accounts, screen->name) : NULL;
}

/* --- what is known of it */

static const char *const kind_words[] = {
	[ACCOUNT_ROOT] = N_("user number 0, who may do everything"),
	[ACCOUNT_PERSON] = N_("of a person"),
	[ACCOUNT_SYSTEM] = N_("of a service"),
};

static char *format_ways(const struct account_state *account)
{
	_cleanup_text_list_ struct text_list ways = {0};

	for (size_t i = 0; i < LOGIN_WAYS; i++)
		text_list_format(&ways, "%s: %s", describe_login_way((enum login_way)i),
				 describe_login_answer(account->answers[i]));
	return text_list_join(&ways, "   ");
}

static enum role role_of_ways(const struct account_state *account)
{
	bool is_out = true, is_in = true;

	for (size_t i = 0; i < LOGIN_WAYS; i++) {
		is_out = is_out && account->answers[i] == LOGIN_NO;
		is_in = is_in && account->answers[i] == LOGIN_YES;
	}
	return is_out ? ROLE_ERROR : is_in ? ROLE_OK : ROLE_NORMAL;
}

static char *format_who(const struct account_state *account)
{
	/* behind the first comma are rooms and telephones */
	_cleanup_free_ char *full_name =
		account->gecos ? alloc_copy(account->gecos, strcspn(account->gecos, ",")) : NULL;
	_cleanup_free_ char *shown = printable_text(full_name);

	return account->kind == ACCOUNT_ROOT
		       ? text_copy(_(kind_words[account->kind]))
		       : text_format(_("%s%s%s, number %u%s"), shown, *shown ? ", " : "",
				     _(kind_words[account->kind]), account->uid,
				     account->could_log_in ? "" : _("; not meant for logins"));
}

static char *format_places(const struct account_state *account)
{
	_cleanup_free_ char *home = printable_text(account->home);
	_cleanup_free_ char *shell = printable_text(account->shell);

	return text_format(_("%s, shell %s"), home, *shell ? shell : "/bin/sh");
}

static char *format_groups(const struct account_state *account)
{
	_cleanup_free_ char *joined = text_list_join(&account->groups, " ");
	_cleanup_free_ char *groups = printable_text(joined);

	return text_format("%s%s%s", groups, *groups ? "; " : "",
			   account->is_admin ? _("may become root") : _("may not become root"));
}

static char *format_secrets(const struct account_state *account)
{
	return text_format(P_("%s, %zu SSH key", "%s, %zu SSH keys", account->keys),
			   account->has_password ? _("has a password") : _("has no password"),
			   account->keys);
}

static void fill_facts(struct account_screen *screen, const struct accounts_watch *watch,
		       const struct account_state *account)
{
	_cleanup_pairs_ struct pairs pairs = {0};

	text_view_clear(&screen->facts);
	if (!account) {
		text_view_add_paragraph(&screen->facts, ROLE_WARNING, 0, 0,
					watch->has_accounts ? _("It is not there any more.")
							    : _("It is still being read ..."));
		return;
	}
	pairs_take(&pairs, role_of_ways(account), _("gets in"), format_ways(account));
	pairs_take(&pairs, ROLE_NORMAL, _("account"), format_who(account));
	pairs_take(&pairs, ROLE_NORMAL, _("home"), format_places(account));
	pairs_take(&pairs, ROLE_NORMAL, _("groups"), format_groups(account));
	pairs_take(&pairs, ROLE_NORMAL, _("secrets"), format_secrets(account));
	if (watch->target.is_read_only)
		pairs_add(&pairs, ROLE_WARNING, _("note"),
			  _("mounted read-only: nothing can be mended"));
	pairs_show(&pairs, &screen->facts);
}

/* --- what stands in its way */

static void add_obstacle(struct account_screen *screen, const struct account_obstacle *obstacle,
			 size_t number, bool is_everybodys)
{
	_cleanup_free_ char *what = describe_obstacle(obstacle);
	/* a note is in the way of none */
	_cleanup_free_ char *ways = obstacle->weight == OBSTACLE_NOTE
					    ? text_copy("-")
					    : describe_obstacle_ways(obstacle);
	_cleanup_free_ char *text =
		is_everybodys ? text_format(_("%s (for everybody)"), what) : text_copy(what);
	_cleanup_free_ char *id =
		text_format("%s %zu", account_obstacle_word(obstacle->kind), number);
	const char *mend = describe_mend(obstacle->mend);
	const char *texts[] = {_(weights[obstacle->weight].word), text, mend ? mend : "-", ways};
	struct list_row *row = list_add(&screen->base.listing.list, id, 0, ROLE_NORMAL, texts);

	row->roles[COLUMN_WEIGHT] = (unsigned char)weights[obstacle->weight].role;
}

/* Of OBSTACLES the one with WEIGHT that is *INDEX behind the first such; counts *INDEX down. */
static const struct account_obstacle *pick_obstacle(const struct account_obstacles *obstacles,
						    const struct account_state *account,
						    enum obstacle_weight weight, size_t *index)
{
	for (size_t i = 0; i < obstacles->count; i++) {
		const struct account_obstacle *obstacle = &obstacles->items[i];

		if (obstacle->weight == weight && account_obstacle_concerns(obstacle, account) &&
		    (*index)-- == 0)
			return obstacle;
	}
	return NULL;
}

/* What stands in line INDEX: what blocks first, of each weight the account's own in front of
 * everybody's; NULL: there is no such line. */
static const struct account_obstacle *find_obstacle(const struct accounts_watch *watch,
						    const struct account_state *account,
						    size_t index, bool *ret_is_everybodys)
{
	const struct account_obstacle *obstacle = NULL;

	for (size_t weight = 0; weight < ARRAY_SIZE(weights) && !obstacle; weight++) {
		*ret_is_everybodys = false;
		obstacle = pick_obstacle(&account->obstacles, account, (enum obstacle_weight)weight,
					 &index);
		if (obstacle)
			break;
		*ret_is_everybodys = true;
		obstacle = pick_obstacle(&watch->accounts.system, account,
					 (enum obstacle_weight)weight, &index);
	}
	return obstacle;
}

static void fill_obstacles(struct account_screen *screen, const struct accounts_watch *watch,
			   const struct account_state *account)
{
	const struct account_obstacle *obstacle;
	bool is_everybodys;

	list_begin(&screen->base.listing.list);
	for (size_t i = 0; account && (obstacle = find_obstacle(watch, account, i, &is_everybodys));
	     i++)
		add_obstacle(screen, obstacle, i, is_everybodys);
	list_end(&screen->base.listing.list);
}

/* The one that the cursor is on; NULL: none. */
static const struct account_obstacle *
find_line(const struct app *app, const struct account_screen *screen, bool *ret_is_everybodys)
{
	const struct account_state *account = find_account(app, screen);
	const struct list *list = &screen->base.listing.list;
	const struct list_row *row = list_current(list);

	if (!row || !account)
		return NULL;
	return find_obstacle(accounts_of(app), account, (size_t)(row - list->rows.items),
			     ret_is_everybodys);
}

static const struct account_obstacle *find_current(const struct app *app,
						   const struct account_screen *screen)
{
	bool is_everybodys;

	return find_line(app, screen, &is_everybodys);
}

static void fill(const struct app *app, struct account_screen *screen)
{
	const struct accounts_watch *watch = accounts_of(app);
	const struct account_state *account = find_account(app, screen);

	list_set_empty(&screen->base.listing.list, !account ? ""
						   : account->could_log_in
							   ? _("Nothing stands in its way.")
							   : _("It is not meant for logins."));
	fill_facts(screen, watch, account);
	fill_obstacles(screen, watch, account);
}

static void refresh(struct app *app, void *state)
{
	struct account_screen *screen = state;

	knowledge_want_accounts(app_knowledge(app), screen->base.system);
	fill(app, screen);
}

static void open_account(struct app *app, void *state, const void *argument)
{
	const struct account_argument *what = argument;
	struct account_screen *screen = state;
	_cleanup_free_ char *name = printable_text(what->name);

	accounts_base_init(&screen->base, &screen_account, columns, ARRAY_SIZE(columns),
			   what->system);
	text_view_init(&screen->facts, TEXT_VIEW_NO_LETTERS | TEXT_VIEW_NO_SEARCH);
	screen->name = text_copy(what->name);
	screen->base.title = text_format(_("%s, %s"), name, accounts_of(app)->target.title);
}

static void close_account(struct app *app, void *state)
{
	struct account_screen *screen = state;

	text_view_done(&screen->facts);
	free(screen->name);
	accounts_base_done(app, &screen->base);
}

/* --- drawing */

/* What it is, where it stands, what it is in the way of; what mends it, which the list has, where
 * it is to be whole. Few bytes: they are sent with each move. */
static char *format_story(const struct account_obstacle *obstacle, bool is_everybodys,
			  bool is_whole)
{
	_cleanup_free_ char *what = accounts_format_obstacle(obstacle);
	_cleanup_free_ char *ways = describe_obstacle_ways(obstacle);
	const char *mend = describe_mend(obstacle->mend);
	_cleanup_text_list_ struct text_list parts = {0};

	text_list_format(&parts, is_everybodys ? _("For everybody: %s.") : "%s.", what);
	if (obstacle->weight != OBSTACLE_NOTE)
		text_list_format(&parts,
				 obstacle->weight == OBSTACLE_BLOCKS
					 ? _("In the way of: %s.")
					 : _("Maybe in the way of: %s."),
				 ways);
	if (mend && is_whole)
		text_list_format(&parts, _("Enter: %s."), mend);
	return text_list_join(&parts, " ");
}

static void draw(const struct app *app, const void *state, struct canvas *canvas, struct area area)
{
	const struct account_screen *screen = state;
	bool is_everybodys = false;
	const struct account_obstacle *obstacle = find_line(app, screen, &is_everybodys);
	int wanted = (int)text_view_line_count(&screen->facts, area.columns) + 1;
	int pane = area.rows >= PANE_ROWS + TABLE_ROWS_MIN && obstacle ? PANE_ROWS : 0;
	int room = area.rows - pane - TABLE_ROWS_MIN;
	struct area part = area;
	_cleanup_free_ char *story = obstacle ? format_story(obstacle, is_everybodys, false) : NULL;

	part.rows = room < FACTS_ROWS_MIN ? 0 : wanted < room ? wanted : room;
	canvas_fill(canvas, part, ROLE_NORMAL);
	text_view_draw(&screen->facts, canvas, part);
	part.row += part.rows;
	part.rows = area.row + area.rows - pane - part.row;
	list_draw(&screen->base.listing.list, canvas, part);
	if (!pane)
		return;
	part.row += part.rows;
	part.rows = pane;
	rule_draw(canvas, part);
	canvas_fill(canvas, (struct area){part.row + 1, part.column, pane - 1, part.columns},
		    ROLE_NORMAL);
	(void)paragraphs_draw(canvas, (struct area){part.row + 1, 1, pane - 1, part.columns - 2}, 0,
			      story, _("... (i)")); /* as much as fits */
}

/* --- what is asked for, now or once the system is mounted */

static void open_password(struct app *app, void *state)
{
	const struct account_screen *screen = state;
	const struct account_argument argument = {screen->base.system, screen->name};

	app_open(app, &screen_password, &argument);
}

static void open_add_key(struct app *app, void *state)
{
	const struct account_screen *screen = state;
	const struct account_argument argument = {screen->base.system, screen->name};

	app_open(app, &screen_add_key, &argument);
}

static void mend_it(struct app *app, void *state)
{
	const struct account_screen *screen = state;

	accounts_open_plan(app, "mend-account", screen->name, account_mend_word(screen->mend),
			   &screen_account);
}

static void mend_all(struct app *app, void *state)
{
	const struct account_screen *screen = state;

	accounts_open_plan(app, "mend-account", screen->name, "all", &screen_account);
}

/* --- keys */

static const char *why_no_mend(const struct account_obstacle *obstacle)
{
	if (obstacle->kind == OBSTACLE_SSHD_PASSWORD)
		return _("It stays so on purpose: over SSH root gets in by its key.");
	return _("Nothing here mends that; in a shell in the system (c, first screen) you may.");
}

static enum reaction mend_current(struct app *app, void *state)
{
	struct account_screen *screen = state;
	const struct account_obstacle *obstacle = find_current(app, screen);

	if (!obstacle)
		return REACTION_NOTHING;
	if (obstacle->mend == MEND_NONE) {
		/* said here, so that the footer stays as it is while the cursor moves */
		app_hint(app, why_no_mend(obstacle));
		return REACTION_REDRAW;
	}
	if (obstacle->mend == MEND_MOUNT)
		return accounts_explain_mount(app, obstacle);
	screen->mend = obstacle->mend;
	if (obstacle->mend == MEND_PASSWORD)
		return accounts_ask_for(app, state, open_password);
	if (obstacle->mend == MEND_KEY)
		return accounts_ask_for(app, state, open_add_key);
	return accounts_ask_for(app, state, mend_it);
}

static const char *why_not_mend(const struct app *app, const void *state)
{
	return find_current(app, state) ? NULL : _("There is nothing to mend.");
}

static enum reaction mend_everything(struct app *app, void *state)
{
	return accounts_ask_for(app, state, mend_all);
}

static const char *why_not_everything(const struct app *app, const void *state)
{
	const struct account_obstacles *everybodys = &accounts_of(app)->accounts.system;
	const struct account_state *account = find_account(app, state);

	for (size_t i = 0; account && i < account->obstacles.count; i++) {
		if (account_mend_is_option(account->obstacles.items[i].mend) &&
		    account->obstacles.items[i].weight != OBSTACLE_NOTE)
			return NULL;
	}
	for (size_t i = 0; account && i < everybodys->count; i++) {
		if (account_mend_is_option(everybodys->items[i].mend) &&
		    account_obstacle_concerns(&everybodys->items[i], account))
			return NULL;
	}
	return _("There is nothing to mend in this way; p sets a password, k adds an SSH key.");
}

static enum reaction set_password(struct app *app, void *state)
{
	return accounts_ask_for(app, state, open_password);
}

static enum reaction add_key(struct app *app, void *state)
{
	return accounts_ask_for(app, state, open_add_key);
}

static enum reaction make_admin(struct app *app, void *state)
{
	((struct account_screen *)state)->mend = MEND_ADMIN;
	return accounts_ask_for(app, state, mend_it);
}

static const char *why_not_known(const struct app *app, const void *state)
{
	return find_account(app, state) ? NULL : _("The account is not known yet.");
}

static const char *why_not_admin(const struct app *app, const void *state)
{
	const struct account_state *account = find_account(app, state);

	if (!account)
		return why_not_known(app, state);
	return account->is_admin ? _("It may become root already.") : NULL;
}

static enum reaction show_story(struct app *app, void *state)
{
	bool is_everybodys = false;
	const struct account_obstacle *obstacle = find_line(app, state, &is_everybodys);
	_cleanup_free_ char *story = format_story(obstacle, is_everybodys, true);

	app_tell(app, ROLE_HEADING, _("What stands in the way"), story);
	return REACTION_REDRAW;
}

static const char *why_no_story(const struct app *app, const void *state)
{
	return find_current(app, state) ? NULL : _("There is nothing to read.");
}

static enum reaction on_key(struct app *app, void *state, const struct key *key)
{
	struct account_screen *screen = state;
	enum widget_answer answer = list_key(&screen->base.listing.list, key);

	/* Enter is a binding of this screen, which says why it cannot be */
	if (answer == WIDGET_CHOSEN && !why_not_mend(app, state))
		return mend_current(app, state);
	return answer == WIDGET_CHOSEN ? REACTION_IGNORED : reaction_of(answer);
}

static const struct binding bindings[] = {
	{.key = KEY_CODE_ENTER,
	 .label = N_("mend"),
	 .help = N_("Show the plan that mends what the cursor is on."),
	 .run = mend_current,
	 .why_not = why_not_mend},
	{.key = 'e',
	 .label = N_("all"),
	 .help = N_("Show the plan that mends everything that stands in its way, except that it "
		    "gives it no new password and no key."),
	 .run = mend_everything,
	 .why_not = why_not_everything},
	{.key = 'p',
	 .label = N_("password"),
	 .help = N_("Give the account a new password."),
	 .run = set_password,
	 .why_not = why_not_known},
	{.key = 'k',
	 .label = N_("SSH key"),
	 .help = N_("Let the owner of an SSH key in."),
	 .run = add_key,
	 .why_not = why_not_known},
	{.key = 's',
	 .label = N_("sudo"),
	 .help = N_("Make it a member of the group that may become root (sudo, wheel)."),
	 .run = make_admin,
	 .why_not = why_not_admin},
	{.key = 'i',
	 .label = NULL,
	 .help = N_("Read all that is to be said of what the cursor is on."),
	 .run = show_story,
	 .why_not = why_no_story},
	{.key = 'u',
	 .label = NULL,
	 .help = N_("See what can be undone."),
	 .run = accounts_open_undo},
	{.key = 'r',
	 .label = N_("read again"),
	 .help = N_("Read the account again."),
	 .run = accounts_read_again},
	{.key = 0},
};

const struct screen_class screen_account = {
	.name = "account",
	.title = N_("Account"),
	.help = N_(
		"One account: in which ways it gets in, and everything that stands in its way. "
		"\"blocks\" keeps it out; \"may\" keeps it out from some terminals, hosts or at "
		"some hours; a \"note\" keeps it from nothing and is good to know. What is \"for "
		"everybody\" stands in the way of all accounts.\n"
		"Enter mends the line that the cursor is on, e all of them; p gives it a new "
		"password, k lets an SSH key in, s makes it one that may become root. You see "
		"the plan first, with each file that would be changed; u takes back what was "
		"done.\n"
		"What changes a file of the system keeps everything else in it as it is, byte for "
		"byte, and keeps a copy (passwd-, shadow-)."),
	.bindings = bindings,
	.state_size = sizeof(struct account_screen),
	.open = open_account,
	.refresh = refresh,
	.resume = accounts_resume,
	.draw = draw,
	.on_key = on_key,
	.is_typing = listing_is_typing,
	.get_title = accounts_get_title,
	.close = close_account,
};
