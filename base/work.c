/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/loop.h"
#include "base/work.h"

struct work {
	work_run_h *run;
	work_done_h *done;
	void *arg;
	bool cancelled; /* the loop's thread only */
	bool started;   /* under the lock; false: still to be run */
	struct work *next;
};

struct queue {
	struct work *first;
	struct work **last;
	unsigned count;
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t more;
	pthread_t threads[WORK_THREADS];
	unsigned thread_count;
	bool open, closing;
	struct queue todo, finished;
	int event_fd;
	struct fd_watch *watch;
} pool = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.more = PTHREAD_COND_INITIALIZER,
	.todo.last = &pool.todo.first,
	.finished.last = &pool.finished.first,
	.event_fd = -1,
};

static void append(struct queue *queue, struct work *work)
{
	work->next = NULL;
	*queue->last = work;
	queue->last = &work->next;
	queue->count++;
}

static struct work *take(struct queue *queue)
{
	struct work *work = queue->first;

	if (!work)
		return NULL;

	queue->first = work->next;
	if (!queue->first)
		queue->last = &queue->first;
	queue->count--;
	return work;
}

static void finish(struct work *work)
{
	const uint64_t one = 1;

	append(&pool.finished, work);
	if (write(pool.event_fd, &one, sizeof(one)) < 0)
		assert(errno == EAGAIN); /* it is readable already */
}

static void *thread_main(void *arg)
{
	struct work *work;

	pthread_mutex_lock(&pool.lock);
	while (!pool.closing) {
		work = take(&pool.todo);
		if (!work) {
			pthread_cond_wait(&pool.more, &pool.lock);
			continue;
		}
		work->started = true;
		pthread_mutex_unlock(&pool.lock);
		work->run(work->arg);
		pthread_mutex_lock(&pool.lock);
		finish(work);
	}
	pthread_mutex_unlock(&pool.lock);
	return arg;
}

static struct work *next_of(struct queue *queue)
{
	struct work *work;

	pthread_mutex_lock(&pool.lock);
	work = take(queue);
	pthread_mutex_unlock(&pool.lock);
	return work;
}

static void hand_back(struct work *work)
{
	work_done_h *done = work->done;
	void *arg = work->arg;
	bool cancelled = work->cancelled || !work->started;

	free(work);
	done(cancelled, arg);
}

/* As many as were there, so that a done() that starts work lets others in. */
static void on_event(unsigned events, void *arg)
{
	uint64_t expired;
	unsigned count;
	struct work *work;

	(void)events;
	(void)arg;
	if (read(pool.event_fd, &expired, sizeof(expired)) < 0)
		return;

	pthread_mutex_lock(&pool.lock);
	count = pool.finished.count;
	pthread_mutex_unlock(&pool.lock);

	while (count-- > 0 && (work = next_of(&pool.finished)))
		hand_back(work);
}

/* Signals are for the loop's thread. */
static enum err start_threads(struct why *why)
{
	sigset_t all, before;
	int failed = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (pool.thread_count < WORK_THREADS && !failed) {
		failed = pthread_create(&pool.threads[pool.thread_count], NULL,
					thread_main, NULL);
		if (!failed)
			pool.thread_count++;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);

	return failed ? why_set(why, ERR_SERVER, "no worker thread: %s",
				strerror(failed))
		      : ERR_OK;
}

enum err work_open(struct why *why)
{
	assert(!pool.open);
	pool.open = true;
	pool.closing = false;
	pool.event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (pool.event_fd < 0)
		return why_set(why, ERR_SERVER, "no event descriptor: %s",
			       strerror(errno));

	pool.watch = fd_watch_new(pool.event_fd, FD_READ, on_event, NULL);
	return start_threads(why);
}

static void stop_threads(void)
{
	pthread_mutex_lock(&pool.lock);
	pool.closing = true;
	pthread_cond_broadcast(&pool.more);
	pthread_mutex_unlock(&pool.lock);

	while (pool.thread_count > 0)
		pthread_join(pool.threads[--pool.thread_count], NULL);
}

void work_close(void)
{
	struct work *work;

	if (!pool.open)
		return;

	stop_threads();
	fd_watch_free(&pool.watch);
	while ((work = next_of(&pool.finished)) || (work = next_of(&pool.todo)))
		hand_back(work);

	if (pool.event_fd >= 0)
		close(pool.event_fd);
	pool.event_fd = -1;
	pool.open = false;
}

struct work *work_start(work_run_h *run, work_done_h *done, void *arg)
{
	struct work *work = x_new(struct work);

	assert(pool.open);
	work->run = run;
	work->done = done;
	work->arg = arg;

	pthread_mutex_lock(&pool.lock);
	if (pool.todo.count < WORK_QUEUE_MAX) {
		append(&pool.todo, work);
		pthread_cond_signal(&pool.more);
	} else {
		finish(work);
	}
	pthread_mutex_unlock(&pool.lock);
	return work;
}

static void unlink_work(struct queue *queue, const struct work *work)
{
	struct work **place = &queue->first;

	while (*place && *place != work)
		place = &(*place)->next;
	if (!*place)
		return;

	*place = work->next;
	if (!*place)
		queue->last = place;
	queue->count--;
}

void work_cancel(struct work *work)
{
	bool waits;

	work->cancelled = true;

	pthread_mutex_lock(&pool.lock);
	waits = !work->started;
	if (waits) {
		unlink_work(&pool.todo, work);
		unlink_work(&pool.finished, work);
		finish(work);
	}
	pthread_mutex_unlock(&pool.lock);
}
