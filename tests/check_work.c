/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "work"
#include <pthread.h>
#include <semaphore.h>

#include "base/loop.h"
#include "base/work.h"
#include "tests/suite.h"

static pthread_t loop_thread;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static sem_t at_gate;

struct job {
	int runs, dones, cancelled;
	bool elsewhere; /* it ran in another thread */
};

static void setup(void)
{
	struct why why;

	loop_thread = pthread_self();
	ck_assert_int_eq(sem_init(&at_gate, 0, 0), 0);
	ck_assert_int_eq(loop_open(NULL, &why), ERR_OK);
	ck_assert_int_eq(work_open(&why), ERR_OK);
}

static void teardown(void)
{
	work_close();
	loop_close();
}

static void run(void *arg)
{
	struct job *job = arg;

	job->elsewhere = !pthread_equal(pthread_self(), loop_thread);
	job->runs++;
}

static void run_nothing(void *arg)
{
	(void)arg;
}

static void run_behind_gate(void *arg)
{
	sem_post(&at_gate);
	pthread_mutex_lock(&gate);
	pthread_mutex_unlock(&gate);
	run(arg);
}

static void done(bool cancelled, void *arg)
{
	struct job *job = arg;

	ck_assert(pthread_equal(pthread_self(), loop_thread));
	job->dones++;
	job->cancelled += cancelled;
}

static void wait_for(const struct job *job)
{
	while (!job->dones)
		loop_step(1000);
}

START_TEST(work_runs_elsewhere_and_is_done_here)
{
	struct job job = { .runs = 0 };

	work_start(run, done, &job);
	ck_assert_int_eq(job.dones, 0);
	wait_for(&job);
	ck_assert_int_eq(job.runs, 1);
	ck_assert_int_eq(job.cancelled, 0);
	ck_assert(job.elsewhere);
}
END_TEST

START_TEST(every_one_of_many_is_done_once)
{
	static struct job jobs[500];

	for (int i = 0; i < ROWS(jobs); i++)
		work_start(run, done, &jobs[i]);
	for (int i = 0; i < ROWS(jobs); i++)
		wait_for(&jobs[i]);
	for (int i = 0; i < ROWS(jobs); i++) {
		ck_assert_int_eq(jobs[i].runs, 1);
		ck_assert_int_eq(jobs[i].dones, 1);
	}
}
END_TEST

/* All threads are held up, so that what comes after stays in the queue. */
static void hold(struct job busy[WORK_THREADS])
{
	pthread_mutex_lock(&gate);
	for (int i = 0; i < WORK_THREADS; i++)
		work_start(run_behind_gate, done, &busy[i]);
	for (int i = 0; i < WORK_THREADS; i++)
		sem_wait(&at_gate);
}

START_TEST(cancelled_work_is_done_as_cancelled_and_never_run)
{
	struct job busy[WORK_THREADS] = { { .runs = 0 } };
	struct job job = { .runs = 0 };
	struct work *work;

	hold(busy);
	work = work_start(run, done, &job);
	work_cancel(work);
	ck_assert_int_eq(job.dones, 0);
	wait_for(&job);
	pthread_mutex_unlock(&gate);
	for (int i = 0; i < WORK_THREADS; i++)
		wait_for(&busy[i]);

	ck_assert_int_eq(job.runs, 0);
	ck_assert_int_eq(job.cancelled, 1);
	ck_assert_int_eq(busy[0].cancelled, 0);
}
END_TEST

START_TEST(work_cancelled_while_it_runs_goes_on_and_hears_it)
{
	struct job job = { .runs = 0 };
	struct work *work;

	pthread_mutex_lock(&gate);
	work = work_start(run_behind_gate, done, &job);
	sem_wait(&at_gate);
	work_cancel(work);
	pthread_mutex_unlock(&gate);
	wait_for(&job);
	ck_assert_int_eq(job.runs, 1);
	ck_assert_int_eq(job.cancelled, 1);
	ck_assert_int_eq(job.dones, 1);
}
END_TEST

START_TEST(full_queue_comes_back_as_cancelled)
{
	struct job busy[WORK_THREADS] = { { .runs = 0 } };
	static struct job queued;
	struct job job = { .runs = 0 };

	hold(busy);
	for (int i = 0; i < WORK_QUEUE_MAX; i++)
		work_start(run_nothing, done, &queued);
	work_start(run, done, &job);
	wait_for(&job);
	ck_assert_int_eq(job.runs, 0);
	ck_assert_int_eq(job.cancelled, 1);
	pthread_mutex_unlock(&gate);
	work_close();
}
END_TEST

START_TEST(closing_hands_everything_back)
{
	static struct job jobs[100];

	for (int i = 0; i < ROWS(jobs); i++)
		work_start(run, done, &jobs[i]);
	work_close();
	for (int i = 0; i < ROWS(jobs); i++) {
		ck_assert_int_eq(jobs[i].dones, 1);
		ck_assert_int_eq(jobs[i].cancelled, !jobs[i].runs);
	}
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST(work_runs_elsewhere_and_is_done_here);
	TEST(every_one_of_many_is_done_once);
	TEST(cancelled_work_is_done_as_cancelled_and_never_run);
	TEST(work_cancelled_while_it_runs_goes_on_and_hears_it);
	TEST(full_queue_comes_back_as_cancelled);
	TEST(closing_hands_everything_back);
}
