/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "module/usage.h"

static int64_t in_ms(const struct timeval *time)
{
	return (int64_t)time->tv_sec * 1000 + time->tv_usec / 1000;
}

static int64_t count_fds(void)
{
	DIR *directory = opendir("/proc/self/fd");
	int64_t count = -3; /* ".", ".." and the one just opened */

	if (!directory)
		return 0;
	while (readdir(directory))
		count++;
	closedir(directory);
	return count;
}

/* proc(5): pages of it all, pages in memory. */
static void take_memory(struct usage *usage)
{
	FILE *file = fopen("/proc/self/statm", "re");
	long page_bytes = sysconf(_SC_PAGESIZE);
	long all = 0, resident = 0;

	if (!file)
		return;
	if (fscanf(file, "%ld %ld", &all, &resident) == 2) {
		usage->virtual_bytes = (int64_t)all * page_bytes;
		usage->resident_bytes = (int64_t)resident * page_bytes;
	}
	fclose(file);
}

/* proc(5): of /proc/self/status. */
static void take_threads(struct usage *usage)
{
	FILE *file = fopen("/proc/self/status", "re");
	char line[256];

	while (file && fgets(line, sizeof(line), file))
		sscanf(line, "Threads: %d", &usage->threads);
	if (file)
		fclose(file);
}

/* proc(5): of /proc/meminfo, in kB. */
static void take_machine(struct usage *usage)
{
	FILE *file = fopen("/proc/meminfo", "re");
	int64_t all_kb = 0, free_kb = 0;
	char line[256];

	while (file && fgets(line, sizeof(line), file)) {
		sscanf(line, "MemTotal: %" SCNd64, &all_kb);
		sscanf(line, "MemAvailable: %" SCNd64, &free_kb);
	}
	if (file)
		fclose(file);
	usage->machine_bytes = all_kb * 1024;
	usage->machine_free_bytes = free_kb * 1024;
}

void usage_take(struct usage *usage)
{
	struct rusage used;
	struct rlimit limit;

	*usage = (struct usage){ .fds = count_fds() };
	take_memory(usage);
	take_threads(usage);
	take_machine(usage);
	if (!getrlimit(RLIMIT_NOFILE, &limit))
		usage->fds_max = (int64_t)limit.rlim_cur;
	if (!getrusage(RUSAGE_SELF, &used))
		usage->cpu_ms = in_ms(&used.ru_utime) + in_ms(&used.ru_stime);
}

int64_t usage_disk_bytes(const char *path)
{
	struct statvfs disk;

	if (statvfs(path, &disk))
		return -1;
	return (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
}
