/* spawn N COMMAND...: runs a command N times, one after the other, and prints what one run took on
 * average: wall and CPU time in microseconds, and the largest resident set in KiB. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static double time_us(const struct timeval *time)
{
    return (double)time->tv_sec * 1e6 + (double)time->tv_usec;
}

int main(int argc, char **argv)
{
    int num = argc > 2 ? atoi(argv[1]) : 0;
    double wall_us = 0;
    double cpu_us = 0;
    long max_rss_kib = 0;

    for (int i = 0; i < num; i++) {
        struct rusage usage;
        double start_us = now_us();
        int status = 0;
        pid_t pid = fork();

        if (pid == 0) {
            dup2(open("/dev/null", O_WRONLY), 1);
            execvp(argv[2], argv + 2);
            _exit(127);
        }
        if (pid < 0 || wait4(pid, &status, 0, &usage) != pid || status != 0) {
            fprintf(stderr, "spawn: %s failed with status %d\n", argv[2], status);
            return 1;
        }
        wall_us += now_us() - start_us;
        cpu_us += time_us(&usage.ru_utime) + time_us(&usage.ru_stime);
        max_rss_kib = usage.ru_maxrss > max_rss_kib ? usage.ru_maxrss : max_rss_kib;
    }
    if (num <= 0) {
        return 2;
    }
    printf("%.1f %.1f %ld\n", wall_us / num, cpu_us / num, max_rss_kib);
    return 0;
}
