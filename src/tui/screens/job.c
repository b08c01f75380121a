/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One job: its steps as they go, how far it is, and what came of it. Leaving it changes nothing. */
#include "tui/screens/job.h"

#include <errno.h>

#include "action/action.h"
#include "action/describe_job.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/printable.h"
#include "base/size.h"
#include "tui/app.h"
#include "tui/screens/filesystems.h"
#include "tui/screens/reading.h"
#include "tui/screens/screens.h"
#include "tui/screens/steps.h"
#include "tui/widgets/frame.h"
#include "tui/widgets/progress.h"

#define ROWS_FOR_PANE 12 /* with fewer the progress has one row */
#define PANE_ROWS 3

struct job_screen {
	struct reading reading; /* first: it is what the keys go to */
	unsigned number;
	struct job_follow *follow; /* NULL: it could not be read */
	struct plan *plan;	   /* our copy: that of the job is replaced at each look */
	struct steps steps;
	const struct action *action; /* NULL: one that this program does not know */
	struct problem why;	     /* why it cannot be read */
	char *title;
	bool has_news; /* something was heard just now */
	bool is_over;
};

/* --- stopping, also from the list */

const char *job_why_not_stop(const struct job *job)
{
	if (!job)
		return _("There is no job.");
	if (job->state == JOB_STOPPING)
		return _("It is being stopped already.");
	return job_is_running(job) ? NULL : _("It has ended already.");
}

void job_ask_stop(struct app *app, const struct job *job,
		  enum reaction (*on_answer)(struct app *app, void *state, int key))
{
	const struct app_button buttons[] = {{'y', _("Stop it")}, {'n', _("Let it go on")}};
	_cleanup_free_ char *what = job_summary(job), *meaning = describe_job_stop(job);
	_cleanup_free_ char *text = text_format("%s\n\n%s", what, meaning);

	app_ask(app, ROLE_WARNING, _("Stop this job?"), text, buttons, ARRAY_SIZE(buttons),
		on_answer);
}

enum reaction job_stop_answered(struct app *app, unsigned number, int key)
{
	_cleanup_problem_ struct problem why = {0};

	if (key == 'y' && job_stop(app_session(app)->journal_folder, number, &why) < 0)
		app_tell_problem(app, &why);
	app_refresh_jobs(app);
	return REACTION_REDRAW;
}

/* --- what is said */

/* NULL: it could not be read. */
static const struct job *job_of(const struct job_screen *screen)
{
	return screen->follow ? job_follow_job(screen->follow) : NULL;
}

/* "Job 3, begun 2026-11-21 02:14 by root from 192.0.2.7 on pts/0, ended ..."; the caller frees. */
static char *format_origin(const struct job *job)
{
	_cleanup_free_ char *started = time_format(job->started);
	_cleanup_free_ char *ended = time_format(job->ended);
	_cleanup_free_ char *who = printable_text(job->who);
	_cleanup_free_ char *begun =
		*who ? text_format(_("Job %u, begun %s by %s"), job->number, started, who)
		     : text_format(_("Job %u, begun %s"), job->number, started);

	return job->ended ? text_format(_("%s, ended %s"), begun, ended) : TAKE_PTR(begun);
}

static struct outcome outcome_of(const struct job *job)
{
	return (struct outcome){
		.result = job->result,
		.is_stopping = job->state == JOB_STOPPED,
		.is_unfinished = job->report.is_unfinished,
		.why = &job->why,
	};
}

static void add_cut_off(struct job_screen *screen)
{
	struct text_view *view = &screen->reading.view;

	text_view_follow_end(view);
	text_view_add_blank(view);
	text_view_add_paragraph(
		view, ROLE_ERROR, 0, 0,
		_("It was CUT OFF: its process is gone and said nothing. It was killed, "
		  "or the machine was restarted."));
	text_view_add_paragraph(
		view, ROLE_NORMAL, 0, 0,
		_("What it did until then, and what of it can be undone, stands under "
		  "\"Undo and unmount\" (u). A check can simply be done again."));
}

static const char *next_sentence(const struct job_screen *screen, const struct outcome *outcome)
{
	_cleanup_text_list_ struct text_list names = {0};

	steps_list_unfinished(&screen->steps, &names);
	if (names.count && screen->action && text_is_equal(screen->action->name, "check-fs"))
		return _("o goes on to a repair; l shows what the programs wrote.");
	return steps_can_be_undone(&screen->steps, outcome)
		       ? _("u takes it back; l shows what the programs wrote.")
		       : _("l shows what the programs wrote.");
}

static void add_end(struct job_screen *screen, const struct job *job)
{
	struct text_view *view = &screen->reading.view;
	const struct outcome outcome = outcome_of(job);

	if (job->state == JOB_CUT_OFF) {
		add_cut_off(screen);
		return;
	}
	steps_show_outcome(&screen->steps, &outcome, view);
	text_view_add_paragraph(view, ROLE_NORMAL, 0, 0, next_sentence(screen, &outcome));
}

static void add_stopping(struct job_screen *screen, const struct job *job)
{
	struct text_view *view = &screen->reading.view;
	_cleanup_free_ char *meaning = describe_job_stop(job);

	text_view_follow_end(view);
	text_view_add_blank(view);
	text_view_add_paragraph(view, ROLE_WARNING, 0, 0, _("It is being stopped."));
	text_view_add_paragraph(view, ROLE_NORMAL, 0, 0, meaning);
}

/* What stands above the steps, so that on a small screen these are what is seen. */
static char *format_remark(const struct job_screen *screen, const struct job *job)
{
	_cleanup_free_ char *origin = format_origin(job);

	return screen->is_over
		       ? TAKE_PTR(origin)
		       : text_format("%s\n%s", origin,
				     _("It goes on when you leave this screen (q), leave "
				       "refloat, or the line drops. s stops it, and says first "
				       "what that means."));
}

static void fill(struct app *app, struct job_screen *screen)
{
	const struct job *job = job_of(screen);
	struct text_view *view = &screen->reading.view;
	_cleanup_free_ char *remark = NULL;

	text_view_clear(view);
	if (!job) {
		_cleanup_free_ char *text = problem_text(&screen->why);

		text_view_add_paragraph(view, ROLE_ERROR, 0, 0, text);
		if (screen->why.next)
			text_view_add_advice(view, ROLE_NORMAL, 0, 0, screen->why.next);
		return;
	}
	if (job->state == JOB_CUT_OFF)
		steps_cut_off(&screen->steps);
	remark = format_remark(screen, job);
	steps_show(&screen->steps, remark, view);
	if (screen->is_over) {
		add_end(screen, job);
		jobs_watch_tell(app_jobs(app), job);
	} else if (job->state == JOB_STOPPING) {
		add_stopping(screen, job);
	}
}

/* --- how far it is */

static enum progress_unit unit_of(const struct job_progress *progress)
{
	if (text_is_equal(progress->unit, "bytes"))
		return PROGRESS_BYTES;
	return text_is_equal(progress->unit, "files") ? PROGRESS_FILES : PROGRESS_PERCENT;
}

static bool has_bar(const struct job_progress *progress)
{
	return progress->unit && progress->total && !text_is_equal(progress->unit, "phases");
}

/* The bar, and in words how long it still takes. */
static void draw_bar(const struct job_progress *from, struct canvas *canvas, struct area area)
{
	struct progress progress;

	progress_init(&progress, unit_of(from));
	progress.done = from->done;
	progress.total = from->total;
	/* so that the same time is left here as in the line of jobs */
	if (from->seconds_left > 0 && from->total > from->done)
		progress.per_second =
			(double)(from->total - from->done) / (double)from->seconds_left;
	progress_draw(&progress, canvas, area);
}

/* What it does just now and, where no bar says it, how far that is. */
static char *format_doing(const struct job *job)
{
	_cleanup_free_ char *doing = printable_text(job->progress.text), *words = NULL;

	if (has_bar(&job->progress))
		return text_copy(*doing ? doing : _("the step that runs now:"));
	words = describe_job_progress(job);
	return text_format("%s%s%s", doing, *doing && *words ? ": " : "", words);
}

/* How far it is; returns the rows taken from the bottom of AREA. */
static int draw_progress(const struct job *job, struct canvas *canvas, struct area area)
{
	bool is_small = area.rows < ROWS_FOR_PANE;
	struct area pane = {area.row + area.rows - (is_small ? 1 : PANE_ROWS), area.column + 1,
			    is_small ? 1 : PANE_ROWS, area.columns - 2};
	_cleanup_free_ char *doing = format_doing(job);

	if (!*doing)
		return 0;
	if (!is_small) {
		rule_draw(canvas, (struct area){pane.row, area.column, 1, area.columns});
		canvas_cell_text(canvas, pane.row + 1, pane.column, pane.columns, ROLE_NORMAL,
				 doing);
		pane = (struct area){pane.row + 2, pane.column, 1, pane.columns};
	}
	if (has_bar(&job->progress))
		draw_bar(&job->progress, canvas, pane);
	else if (is_small)
		canvas_cell_text(canvas, pane.row, pane.column, pane.columns, ROLE_NORMAL, doing);
	return is_small ? 1 : PANE_ROWS;
}

static void draw(const struct app *app, const void *state, struct canvas *canvas, struct area area)
{
	const struct job_screen *screen = state;
	/* as the line of jobs has it: two figures for one thing would be odd */
	const struct job *job = jobs_watch_find(app_get_jobs(app), screen->number);

	if (!screen->is_over && job && job_is_running(job))
		area.rows -= draw_progress(job, canvas, area);
	reading_draw(app, state, canvas, area);
}

/* --- how it goes on */

static void on_notice(void *data, const struct runner_notice *notice)
{
	struct job_screen *screen = data;

	screen->has_news = true;
	steps_hear(&screen->steps, notice);
}

/* The job is watched through a copy of its plan, whose steps the notices are about. */
static void take_plan(struct job_screen *screen)
{
	_cleanup_json_ struct json_object *object =
		plan_to_json(job_follow_job(screen->follow)->plan);

	screen->plan = plan_from_json(object);
	steps_init(&screen->steps, screen->plan);
}

static void open(struct app *app, void *state, const void *argument)
{
	struct job_screen *screen = state;

	screen->number = *(const unsigned *)argument;
	text_view_init(&screen->reading.view, TEXT_VIEW_FOLLOWS);
	if (job_follow_start(app_session(app)->journal_folder, screen->number, &screen->follow,
			     &screen->why) < 0) {
		screen->is_over = true;
		fill(app, screen);
		return;
	}
	take_plan(screen);
	screen->action = action_find(screen->plan->action);
	screen->title = screen->action ? text_format(_("%s (job %u)"), _(screen->action->label),
						     screen->number)
				       : text_format(_("Job %u"), screen->number);
	screen->is_over = !job_follow_dispatch(screen->follow, on_notice, screen);
	fill(app, screen);
}

static int get_fd(const void *state)
{
	const struct job_screen *screen = state;

	return screen->is_over ? -1 : job_follow_fd(screen->follow);
}

static int get_timeout_ms(const void *state)
{
	const struct job_screen *screen = state;

	return screen->is_over ? -1 : job_follow_timeout_ms(screen->follow);
}

static enum reaction on_ready(struct app *app, void *state)
{
	struct job_screen *screen = state;
	enum job_state before;

	if (screen->is_over)
		return REACTION_NOTHING;
	screen->has_news = false;
	before = job_follow_job(screen->follow)->state;
	screen->is_over = !job_follow_dispatch(screen->follow, on_notice, screen);
	if (!screen->is_over && !screen->has_news &&
	    job_follow_job(screen->follow)->state == before)
		return REACTION_NOTHING; /* progress is drawn with the line of jobs */
	if (screen->is_over)
		app_refresh_jobs(app); /* they are read less often than this one */
	fill(app, screen);
	return REACTION_REDRAW;
}

static void close_job(struct app *app, void *state)
{
	struct job_screen *screen = state;

	(void)app;
	(void)job_follow_free(screen->follow);
	steps_done(&screen->steps);
	(void)plan_free(screen->plan);
	problem_done(&screen->why);
	text_view_done(&screen->reading.view);
	free(screen->title);
}

/* --- keys */

static enum reaction on_stop_answer(struct app *app, void *state, int key)
{
	return job_stop_answered(app, ((const struct job_screen *)state)->number, key);
}

static enum reaction stop(struct app *app, void *state)
{
	job_ask_stop(app, job_of(state), on_stop_answer);
	return REACTION_REDRAW;
}

static const char *why_not_stop(const struct app *app, const void *state)
{
	const struct job_screen *screen = state;

	(void)app;
	return screen->is_over ? _("It has ended already.") : job_why_not_stop(job_of(screen));
}

static enum reaction open_log(struct app *app, void *state)
{
	app_open(app, &screen_job_log,
		 job_follow_job(((const struct job_screen *)state)->follow)->folder);
	return REACTION_REDRAW;
}

static const char *why_not_log(const struct app *app, const void *state)
{
	(void)app;
	return job_of(state) ? NULL : _("There is no job.");
}

static enum reaction go_home(struct app *app, void *state)
{
	(void)app;
	(void)state;
	return REACTION_HOME;
}

static const char *why_not_home(const struct app *app, const void *state)
{
	const struct job_screen *screen = state;

	(void)app;
	return screen->is_over ? NULL
			       : _("It still runs; q leaves this screen, and the job goes on.");
}

static enum reaction take_back(struct app *app, void *state)
{
	(void)state;
	app_replace(app, &screen_undo, NULL);
	return REACTION_REDRAW;
}

static const char *why_not_take_back(const struct app *app, const void *state)
{
	const struct job_screen *screen = state;
	const struct job *job = job_of(screen);
	struct outcome outcome;

	(void)app;
	if (!screen->is_over)
		return _("It still runs; s stops it.");
	if (!job)
		return _("There is no job.");
	outcome = outcome_of(job);
	if (job->state == JOB_CUT_OFF || job->state == JOB_FAILED ||
	    steps_can_be_undone(&screen->steps, &outcome))
		return NULL;
	return _("There is nothing of it to undo.");
}

/* The form of the same action, filled in with what is left to do, at the harmless repair: what goes
 * further than that is for a person to choose. */
static enum reaction go_further(struct app *app, void *state)
{
	const struct job_screen *screen = state;
	_cleanup_text_list_ struct text_list names = {0};

	steps_list_unfinished(&screen->steps, &names);
	filesystems_open_check(app, NULL, &names, "repair");
	return REACTION_REDRAW;
}

static const char *why_not_further(const struct app *app, const void *state)
{
	const struct job_screen *screen = state;
	_cleanup_text_list_ struct text_list names = {0};

	(void)app;
	if (!screen->is_over)
		return _("It still runs; s stops it.");
	steps_list_unfinished(&screen->steps, &names);
	if (!screen->action || !text_is_equal(screen->action->name, "check-fs") || !names.count)
		return _("It has left nothing to do.");
	return NULL;
}

static enum reaction on_back(struct app *app, void *state)
{
	const struct job_screen *screen = state;

	if (!screen->is_over)
		app_hint(app, _("The job goes on without this screen; j shows it again."));
	return REACTION_CLOSE;
}

unsigned job_screen_number(const void *state)
{
	return ((const struct job_screen *)state)->number;
}

static const char *get_title(const void *state)
{
	return ((const struct job_screen *)state)->title;
}

static const struct binding bindings[] = {
	{KEY_CODE_ENTER, 0, N_("menu"), N_("Go back to the menu, once it has ended."), go_home,
	 why_not_home},
	{'s', 0, N_("stop"), N_("Stop the job; what that means is said first."), stop,
	 why_not_stop},
	{'o', 0, N_("repair"),
	 N_("Choose how far a check of what is left to do shall go, and see its plan."), go_further,
	 why_not_further},
	{'l', 0, N_("log"), N_("Show what its programs wrote, as it comes."), open_log,
	 why_not_log},
	{'u', 0, N_("undo"), N_("See what can be undone of it."), take_back, why_not_take_back},
	{0},
};

const struct screen_class screen_job = {
	.name = "job",
	.title = N_("Job"),
	.help = N_("A job as it runs. Each line is a step: \"...\" has not begun, \"now\" is being "
		   "done, "
		   "\"ok\" is done, \"to do\" is done and has left something to do; below it "
		   "stands what "
		   "came of it. \"afterwards\" is done in any "
		   "case, "
		   "whatever comes of the steps above. At the bottom stands how far the step is, "
		   "where "
		   "its program tells.\n"
		   "q leaves this screen and nothing else: the job goes on, also when the line "
		   "drops or "
		   "this terminal is closed. j shows it again, and so does \"refloat jobs\" on the "
		   "command line, for anybody who is root here.\n"
		   "s stops it. What that means is said before it happens."),
	.bindings = bindings,
	.state_size = sizeof(struct job_screen),
	.open = open,
	.draw = draw,
	.on_key = reading_on_key,
	.is_typing = reading_is_typing,
	.get_title = get_title,
	.on_back = on_back,
	.get_fd = get_fd,
	.get_timeout_ms = get_timeout_ms,
	.on_ready = on_ready,
	.close = close_job,
};
