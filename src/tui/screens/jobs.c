/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All jobs since this machine started: those that run, and how the others ended. */
#include "action/describe_job.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "tui/app.h"
#include "tui/screens/job.h"
#include "tui/screens/listing.h"
#include "tui/screens/reading.h"
#include "tui/screens/screens.h"

struct jobs {
	struct listing listing; /* first: it is what the keys go to */
	unsigned generation;	/* of what is shown */
	unsigned asked;		/* number of the job that a question is about */
};

static const struct list_column columns[] = {
	{.title = N_("JOB"), .minimum = 3, .rank = 4, .is_right = true},
	{.title = N_("WHAT"), .minimum = 14, .preferred = 30, .rank = 0},
	{.title = N_("STATE"), .minimum = 7, .rank = 1},
	{.title = N_("SINCE"), .minimum = 16, .rank = 3},
	{.title = N_("PROGRESS"), .minimum = 10, .rank = 2},
};

#define COLUMN_STATE 2

static enum role role_of(enum job_state state)
{
	static const enum role roles[] = {
		[JOB_RUNNING] = ROLE_HEADING, [JOB_STOPPING] = ROLE_WARNING,
		[JOB_DONE] = ROLE_OK,	      [JOB_PARTIAL] = ROLE_WARNING,
		[JOB_UNDONE] = ROLE_ERROR,    [JOB_FAILED] = ROLE_ERROR,
		[JOB_STOPPED] = ROLE_WARNING, [JOB_CUT_OFF] = ROLE_ERROR,
	};

	return roles[state];
}

char *job_summary(const struct job *job)
{
	return printable_sentence(job->plan->summary ? job->plan->summary : job->plan->action);
}

/* --- the rows */

/* How far it is, or when it ended. */
static char *format_progress(const struct job *job)
{
	_cleanup_free_ char *ended = NULL;

	if (job_is_running(job))
		return describe_job_progress(job);
	if (!job->ended)
		return text_copy("");
	ended = describe_job_time(job->ended);
	/* TRANSLATORS: a job, and when: "ended 15:02" */
	return text_format(_("ended %s"), ended);
}

static void add_row(struct jobs *jobs, const struct job *job)
{
	_cleanup_free_ char *number = text_format("%u", job->number);
	_cleanup_free_ char *what = job_summary(job);
	_cleanup_free_ char *started = describe_job_time(job->started);
	_cleanup_free_ char *progress = format_progress(job);
	const char *texts[] = {number, what, describe_job_state(job), started, progress};
	struct list_row *row = list_add(&jobs->listing.list, number, 0, ROLE_NORMAL, texts);

	row->roles[COLUMN_STATE] = (unsigned char)role_of(job->state);
}

static void fill(struct app *app, struct jobs *jobs)
{
	struct jobs_watch *watch = app_jobs(app);

	list_begin(&jobs->listing.list);
	for (size_t i = watch->list.count; i-- > 0;) { /* the newest first */
		add_row(jobs, watch->list.items[i]);
		jobs_watch_tell(watch, watch->list.items[i]);
	}
	list_end(&jobs->listing.list);
	jobs->generation = watch->generation;
}

static void refresh(struct app *app, void *state)
{
	fill(app, state);
}

static void open_jobs(struct app *app, void *state, const void *argument)
{
	struct jobs *jobs = state;

	(void)app;	/* refresh fills it */
	(void)argument; /* there is none */
	listing_init(&jobs->listing, columns, ARRAY_SIZE(columns), 0);
	list_set_empty(
		&jobs->listing.list,
		_("No job was started since this machine did. What takes long, such as a "
		  "check of filesystems, runs as a job: neither a line that drops nor leaving "
		  "refloat ends it. Any other plan runs so with b in place of Enter."));
}

/* Progress changes without a word to the screens. */
static enum reaction on_ready(struct app *app, void *state)
{
	struct jobs *jobs = state;

	if (jobs->generation != app_jobs(app)->generation)
		fill(app, jobs);
	return REACTION_NOTHING; /* it is drawn with the line of jobs */
}

/* --- one of them */

static const struct job *find_current(const struct app *app, const struct jobs *jobs)
{
	const char *id = list_current_id(&jobs->listing.list);
	uint64_t number;

	if (!id || text_parse_u64(id, &number) < 0)
		return NULL;
	return jobs_watch_find(app_get_jobs(app), (unsigned)number);
}

static enum reaction open_current(struct app *app, void *state)
{
	const struct job *job = find_current(app, state);

	if (job)
		app_open(app, &screen_job, &job->number);
	return REACTION_REDRAW;
}

static enum reaction on_stop_answer(struct app *app, void *state, int key)
{
	return job_stop_answered(app, ((const struct jobs *)state)->asked, key);
}

static enum reaction stop_current(struct app *app, void *state)
{
	struct jobs *jobs = state;
	const struct job *job = find_current(app, jobs);

	jobs->asked = job->number;
	job_ask_stop(app, job, on_stop_answer);
	return REACTION_REDRAW;
}

static const char *why_not_stop(const struct app *app, const void *state)
{
	return job_why_not_stop(find_current(app, state));
}

/* --- those that have ended */

static size_t count_ended(const struct jobs_watch *watch)
{
	return watch->list.count - jobs_watch_count_running(watch);
}

static void forget_ended(struct app *app)
{
	const struct jobs_watch *watch = app_get_jobs(app);
	_cleanup_problem_ struct problem why = {0};

	for (size_t i = 0; i < watch->list.count; i++) {
		const struct job *job = watch->list.items[i];

		if (!job_is_running(job) &&
		    job_forget(watch->journal_folder, job->number, &why) < 0) {
			app_tell_problem(app, &why);
			break;
		}
	}
	app_refresh_jobs(app);
}

static enum reaction on_forget_answer(struct app *app, void *state, int key)
{
	if (key == 'y') {
		forget_ended(app);
		fill(app, state);
	}
	return REACTION_REDRAW;
}

static enum reaction ask_forget(struct app *app, void *state)
{
	const struct app_button buttons[] = {{'y', _("Remove")}, {'n', _("Keep")}};
	size_t count = count_ended(app_get_jobs(app));
	_cleanup_free_ char *text = text_format(
		P_("%zu job that has ended is removed from this list, and with it what its "
		   "programs "
		   "wrote. What it did stays in the log of what was done.",
		   "%zu jobs that have ended are removed from this list, and with them what their "
		   "programs wrote. What they did stays in the log of what was done.",
		   count),
		count);

	(void)state;
	app_ask(app, ROLE_WARNING, _("Remove what has ended?"), text, buttons, ARRAY_SIZE(buttons),
		on_forget_answer);
	return REACTION_REDRAW;
}

static const char *why_not_forget(const struct app *app, const void *state)
{
	(void)state;
	return count_ended(app_get_jobs(app)) ? NULL : _("No job has ended.");
}

static enum reaction on_key(struct app *app, void *state, const struct key *key)
{
	struct jobs *jobs = state;
	enum widget_answer answer = list_key(&jobs->listing.list, key);

	return answer == WIDGET_CHOSEN ? open_current(app, state) : reaction_of(answer);
}

static const struct binding bindings[] = {
	{KEY_CODE_ENTER, 0, N_("open"), N_("Show how far the job is, or how it ended."),
	 open_current, listing_why_not_open},
	{'s', 0, N_("stop"), N_("Stop the job; what that means is said first."), stop_current,
	 why_not_stop},
	{'d', 0, N_("remove ended"), N_("Remove all jobs that have ended from the list."),
	 ask_forget, why_not_forget},
	{0},
};

const struct screen_class screen_jobs = {
	.name = "jobs",
	.title = N_("Jobs"),
	.help = N_(
		"A job is work that goes on without a terminal: when the line drops, when refloat "
		"is left, and whoever watches. The newest stands first, with how far it is; those "
		"that have ended stay until you remove them or the machine is restarted.\n"
		"Any number of people can watch the same job, here or with \"refloat jobs\". While "
		"one runs, a line above the keys says so on every screen.\n"
		"CUT OFF: its process is gone and said nothing. It was killed, or the machine was "
		"restarted."),
	.bindings = bindings,
	.state_size = sizeof(struct jobs),
	.open = open_jobs,
	.refresh = refresh,
	.draw = listing_draw,
	.on_key = on_key,
	.is_typing = listing_is_typing,
	.on_ready = on_ready,
	.close = listing_close,
};
